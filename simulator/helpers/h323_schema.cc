// The messages of H.323 as far as the kernel reads them: H.225.0 (call signalling and RAS), H.245 and
// H.235, in the notation of per.hh. What net/netfilter/nf_conntrack_h323_types.c stops at or skips is
// not spelt out.
#include "simulator/helpers/h323_schema.hh"

namespace fwsim {
namespace {

// ITU-T H.225.0: addresses and endpoints.
constexpr std::string_view addresses = R"(
IpAddress = { ip*:octets#4 port:word }
StrictLoose = <... strict:null loose:null >
IpSourceRoute = {... ip:octets#4 port:word route:[semi octets#4] routing:StrictLoose }
IpxAddress = { node:octets#6 netnum:octets#4 port:octets#2 }
Ip6Address = {... ip*:octets#16 port:word }
H221NonStandard = {... t35CountryCode:byte t35Extension:byte manufacturerCode:word }
NonStandardIdentifier = <... object:oid h221NonStandard:H221NonStandard >
NonStandardParameter = { nonStandardIdentifier:NonStandardIdentifier data:octets/semi }
TransportAddress = <... ipAddress*:IpAddress ipSourceRoute:IpSourceRoute ipxAddress:IpxAddress
  ip6Address*:Ip6Address netBios:octets#16 nsap:octets/5+1 nonStandardAddress:NonStandardParameter >
AliasAddress = <... dialedDigits:digits/7+1 h323-ID:wide/byte+1 | +5 >
VendorIdentifier = {... vendor:H221NonStandard productId?:octets/byte+1 versionId?:octets/byte+1 }
GatekeeperInfo = {... nonStandardData?:NonStandardParameter }
ProtocolCaps = {... nonStandardData?:NonStandardParameter | +2 }
SupportedProtocols = <... nonStandardData:NonStandardParameter h310:ProtocolCaps h320:ProtocolCaps
  h321:ProtocolCaps h322:ProtocolCaps h323:ProtocolCaps h324:ProtocolCaps voice:ProtocolCaps
  t120-only:ProtocolCaps | +2 >
GatewayInfo = {... protocol?:[semi SupportedProtocols] nonStandardData?:NonStandardParameter }
McuInfo = {... nonStandardData?:NonStandardParameter | +1 }
TerminalInfo = {... nonStandardData?:NonStandardParameter }
EndpointType = {... nonStandardData?:NonStandardParameter vendor?:VendorIdentifier
  gatekeeper?:GatekeeperInfo gateway?:GatewayInfo mcu?:McuInfo terminal?:TerminalInfo mc:bool
  undefinedNode:bool | +2 }
)";

// ITU-T H.235: what stands before the media of a Progress message.
constexpr std::string_view security = R"(
SecurityServiceMode = <... nonStandard:NonStandardParameter none:null default:null >
SecurityCapabilities = {... nonStandard?:NonStandardParameter encryption:SecurityServiceMode
  authentication:SecurityServiceMode integrity:SecurityServiceMode }
H245Security = <... nonStandard:NonStandardParameter noSecurity:null tls:SecurityCapabilities
  ipsec:SecurityCapabilities >
DHset = {... halfkey:bits/word modSize:bits/word generator:bits/word }
TypedCertificate = {... type:oid certificate:octets/semi }
H235NonStandardParameter = { nonStandardIdentifier:oid data:octets/semi }
ClearToken = {... tokenOID:oid timeStamp?:cons password?:wide/7+1 dhkey?:DHset challenge?:octets/7+8
  random?:unco certificate?:TypedCertificate generalID?:wide/7+1 nonStandard?:H235NonStandardParameter | +2 }
Params = {... ranInt?:unco iv8?:octets#8 | +1 }
HashToken = { algorithmOID:oid paramS:Params hash:bits/semi }
EncryptedToken = { algorithmOID:oid paramS:Params encryptedData:octets/semi }
SignedToken = { toBeSigned:open algorithmOID:oid paramS:Params signature:bits/semi }
EPPwdHash = { alias:AliasAddress timeStamp:cons token:HashToken }
GKPwdHash = { gatekeeperId:wide/7+1 timeStamp:cons token:HashToken }
CryptoEncrypted = { tokenOID:oid token:EncryptedToken }
CryptoSigned = { tokenOID:oid token:SignedToken }
CryptoHashed = { tokenOID:oid hashedVals:ClearToken token:HashToken }
CryptoToken = <... encrypted:CryptoEncrypted signed:CryptoSigned hashed:CryptoHashed pwdEncr:EncryptedToken >
CryptoH323Token = <... cryptoEPPwdHash:EPPwdHash cryptoGKPwdHash:GKPwdHash cryptoEPPwdEncr:EncryptedToken
  cryptoGKPwdEncr:EncryptedToken cryptoEPCert:SignedToken cryptoGKCert:SignedToken
  cryptoFastStart:SignedToken nestedcryptoToken:CryptoToken >
)";

// ITU-T H.245: what a logical channel carries.
constexpr std::string_view capabilities = R"(
H245H221NonStandard = { t35CountryCode:byte t35Extension:byte manufacturerCode:word }
H245NonStandardIdentifier = < object:oid h221NonStandard:H245H221NonStandard >
H245NonStandard = { nonStandardIdentifier:H245NonStandardIdentifier data:octets/semi }
H261Video = {... qcifMPI?:int/2 cifMPI?:int/2 tradeOff:bool maxBitRate:word stillImage:bool | +1 }
H262Video = {... sp-ml:bool mp-ll:bool mp-ml:bool mp-h14:bool mp-hl:bool snr-ll:bool snr-ml:bool spt-h14:bool
  hp-ml:bool hp-h14:bool hp-hl:bool videoBitRate?:cons vbvBufferSize?:cons samplesPerLine?:word
  linesPerFrame?:word framesPerSecond?:int/4 luminanceSampleRate?:cons | +1 }
H263Video = {... sqcifMPI?:int/5 qcifMPI?:int/5 cifMPI?:int/5 cif4MPI?:int/5 cif16MPI?:int/5 maxBitRate:cons
  unrestrictedVector:bool arithmeticCoding:bool advancedPrediction:bool pbFrames:bool tradeOff:bool
  hrd-B?:cons bppMaxKb?:word | +8 }
IS11172Video = {... constrainedBitstream:bool videoBitRate?:cons vbvBufferSize?:cons samplesPerLine?:word
  linesPerFrame?:word pictureRate?:int/4 luminanceSampleRate?:cons | +1 }
VideoCapability = <... nonStandard:H245NonStandard h261:H261Video h262:H262Video h263:H263Video
  is11172:IS11172Video | +1 >
G7231 = { maxAl-sduAudioFrames:byte silenceSuppression:bool }
IS11172Audio = {... layer1:bool layer2:bool layer3:bool 32k:bool 44k1:bool 48k:bool single:bool two:bool
  bitRate:word }
IS13818Audio = {... layer1:bool layer2:bool layer3:bool 16k:bool 22k05:bool 24k:bool 32k:bool 44k1:bool 48k:bool
  single:bool two:bool 2-1:bool 3-0:bool 2-0-2-0:bool 2-2:bool 3-1:bool 3-0-2-0:bool 3-2:bool lowFrequency:bool
  multilingual:bool bitRate:word }
AudioCapability = <... nonStandard:H245NonStandard g711Alaw64k:byte g711Alaw56k:byte g711Ulaw64k:byte
  g711Ulaw56k:byte g722-64k:byte g722-56k:byte g722-48k:byte g7231:G7231 g728:byte g729:byte g729AnnexA:byte
  is11172:IS11172Audio is13818:IS13818Audio | +8 >
DataProtocol = <... nonStandard:H245NonStandard v14buffered:null v42lapm:null hdlcFrameTunnelling:null
  h310SeparateVCStack:null h310SingleVCStack:null transparent:null | +7 >
T84Restricted = {... qcif:bool cif:bool 601Seq:bool 601Prog:bool hdtvSeq:bool hdtvProg:bool g3-100:bool
  g3-200:bool g4-100:bool g4-200:bool jbig200Seq:bool jbig200Prog:bool jbig300Seq:bool jbig300Prog:bool
  photoLow:bool photoMedSeq:bool photoMedProg:bool photoHighSeq:bool photoHighProg:bool }
T84Profile = < t84Unrestricted:null t84Restricted:T84Restricted >
T84 = { t84Protocol:DataProtocol t84Profile:T84Profile }
Nlpid = { nlpidProtocol:DataProtocol nlpidData:octets/semi }
DataApplication = <... nonStandard:H245NonStandard t120*:DataProtocol dsm-cc:DataProtocol userData:DataProtocol
  t84:T84 t434:DataProtocol h224:DataProtocol nlpid:Nlpid dsvdControl:null h222DataPartitioning:DataProtocol | +4 >
DataCapability = {... application*:DataApplication maxBitRate:cons }
EncryptionMode = <... nonStandard:H245NonStandard h233Encryption:null >
DataType = <... nonStandard:H245NonStandard nullData:null videoData:VideoCapability audioData:AudioCapability
  data*:DataCapability encryptionData:EncryptionMode | +3 >
)";

// ITU-T H.245: opening a logical channel.
constexpr std::string_view channels = R"(
H222Parameters = {... resourceID:word subChannelID:word pcr-pid?:word programDescriptors?:octets/semi
  streamDescriptors?:octets/semi }
H223AL3 = { controlFieldOctets:int/2 sendBufferSize:cons }
H223AdaptationLayer = <... nonStandard:H245NonStandard al1Framed:null al1NotFramed:null al2Without:null
  al2With:null al3:H223AL3 | +3 >
H223Parameters = {... adaptationLayerType:H223AdaptationLayer segmentableFlag:bool }
CRCLength = <... crc8bit:null crc16bit:null crc32bit:null >
V76HDLC = {... crcLength:CRCLength n401:word loopbackTestProcedure:bool }
V76SuspendResume = <... none:null withAddress:null withoutAddress:null >
V76Recovery = <... rej:null sREJ:null mSREJ:null >
V76ERM = {... windowSize:int/7 recovery:V76Recovery }
V76Mode = <... eRM:V76ERM uNERM:null >
V75Parameters = {... audioHeaderPresent:bool }
V76Parameters = {... hdlcParameters:V76HDLC suspendResume:V76SuspendResume uIH:bool mode:V76Mode
  v75Parameters:V75Parameters }
Unicast4 = {... network*:octets#4 tsapIdentifier:word }
UnicastIPX = {... node:octets#6 netnum:octets#4 tsapIdentifier:octets#2 }
Unicast6 = {... network*:octets#16 tsapIdentifier:word }
UnicastRouting = < strict:null loose:null >
UnicastSourceRoute = {... routing:UnicastRouting network:octets#4 tsapIdentifier:word route:[semi octets#4] }
UnicastAddress = <... iPAddress*:Unicast4 iPXAddress:UnicastIPX iP6Address*:Unicast6 netBios:octets#16
  iPSourceRouteAddress:UnicastSourceRoute | +2 >
Multicast4 = {... network:octets#4 tsapIdentifier:word }
Multicast6 = {... network:octets#16 tsapIdentifier:word }
MulticastAddress = <... iPAddress:Multicast4 iP6Address:Multicast6 | +2 >
H245TransportAddress = <... unicastAddress*:UnicastAddress multicastAddress:MulticastAddress >
H2250Parameters = {... nonStandard?:[semi H245NonStandard] sessionID:byte associatedSessionID?:int/8
  mediaChannel?*:H245TransportAddress mediaGuaranteedDelivery?:bool mediaControlChannel?*:H245TransportAddress ! 5? }
ForwardMultiplex = <... h222:H222Parameters h223:H223Parameters v76:V76Parameters
  | h2250*:H2250Parameters none:null >
ForwardParameters = {... portNumber?:word dataType*:DataType multiplexParameters*:ForwardMultiplex | +2 }
ReverseMultiplex = <... h223:H223Parameters v76:V76Parameters | h2250*:H2250Parameters >
ReverseParameters = {... dataType:DataType multiplexParameters?*:ReverseMultiplex | +2 }
Q2931Number = <... internationalNumber:digits/4+1 nsapAddress:octets/5+1 >
Q2931Address = {... address:Q2931Number subaddress?:octets/5+1 }
Distribution = <... unicast:null multicast:null >
NetworkAddress = <... q2931Address:Q2931Address e164Address:digits/7+1 localAreaAddress*:H245TransportAddress >
NetworkAccess = {... distribution?:Distribution networkAddress*:NetworkAddress associateConference:bool
  externalReference?:octets/8+1 | +1 }
OpenLogicalChannel = {... forwardLogicalChannelNumber:word forward*:ForwardParameters reverse?*:ReverseParameters
  | separateStack*:NetworkAccess ! }
AckReverseMultiplex = <... h222:H222Parameters | h2250*:H2250Parameters >
AckReverse = {... reverseLogicalChannelNumber:word portNumber?:word multiplexParameters?*:AckReverseMultiplex | +1 }
H2250AckParameters = {... nonStandard?:[semi H245NonStandard] sessionID?:int/8 mediaChannel?*:H245TransportAddress
  mediaControlChannel?*:H245TransportAddress dynamicRTPPayloadType?:int/5 | +2 }
ForwardAckMultiplex = <... h2250*:H2250AckParameters >
OpenLogicalChannelAck = {... forwardLogicalChannelNumber:word reverse?*:AckReverse
  | separateStack*:NetworkAccess forwardAck*:ForwardAckMultiplex ! }
RequestMessage = <... :! :! :! openLogicalChannel*:OpenLogicalChannel :! :! :! :! :! :! :! | +4 >
ResponseMessage = <... :! :! :! :! :! openLogicalChannelAck*:OpenLogicalChannelAck
  :! :! :! :! :! :! :! :! :! :! :! :! :! | +5 >
ControlMessage = <... request*:RequestMessage response*:ResponseMessage command:! indication:! >
)";

// ITU-T H.225.0: call signalling.
constexpr std::string_view signalling = R"(
ConferenceGoal = <... create:null join:null invite:null | +2 >
Q954Details = {... conferenceCalling:bool threePartyService:bool }
QseriesOptions = {... q932:bool q951:bool q952:bool q953:bool q955:bool q956:bool q957:bool q954Info:Q954Details }
CallType = <... pointToPoint:null oneToN:null nToOne:null nToN:null >
CallIdentifier = {... guid:octets#16 }
FacilityReason = <... routeCallToGatekeeper:null callForwarded:null routeCallToMC:null undefinedReason:null | +7 >
ReleaseReason = <... noBandwidth:null gatekeeperResources:null unreachableDestination:null
  destinationRejection:null invalidRevision:null noPermission:null unreachableGatekeeper:null
  gatewayResources:null badFormatAddress:null adaptiveBusy:null inConf:null undefinedReason:null | +10 >
Setup = {... protocolIdentifier:oid h245Address?*:TransportAddress sourceAddress?:[semi AliasAddress]
  sourceInfo:EndpointType destinationAddress?:[semi AliasAddress] destCallSignalAddress?*:TransportAddress
  destExtraCallInfo?:[semi AliasAddress] destExtraCRV?:[semi word] activeMC:bool conferenceID:octets#16
  conferenceGoal:ConferenceGoal callServices?:QseriesOptions callType:CallType
  | sourceCallSignalAddress*:TransportAddress +5 fastStart*:[semi<=30 *^OpenLogicalChannel] +2 ! +16 }
CallProceeding = {... protocolIdentifier:oid destinationInfo:EndpointType h245Address?*:TransportAddress
  | +4 fastStart*:[semi<=30 *^OpenLogicalChannel] +4 }
Connect = {... protocolIdentifier:oid h245Address?*:TransportAddress destinationInfo:EndpointType
  conferenceID:octets#16 | +4 fastStart*:[semi<=30 *^OpenLogicalChannel] +10 }
Alerting = {... protocolIdentifier:oid destinationInfo:EndpointType h245Address?*:TransportAddress
  | +4 fastStart*:[semi<=30 *^OpenLogicalChannel] +9 }
Information = {... protocolIdentifier:oid | +6 }
ReleaseComplete = {... protocolIdentifier:oid reason?:ReleaseReason | +9 }
Facility = {... protocolIdentifier:oid alternativeAddress?*:TransportAddress
  alternativeAliasAddress?:[semi AliasAddress] conferenceID?:octets#16 reason*:FacilityReason
  | +6 h245Address*:TransportAddress fastStart*:[semi<=30 *^OpenLogicalChannel] +8 }
Progress = {... protocolIdentifier:oid destinationInfo:EndpointType h245Address?*:TransportAddress
  callIdentifier:CallIdentifier h245SecurityMode?:H245Security tokens?:[semi ClearToken]
  cryptoTokens?:[semi CryptoH323Token] fastStart?*:[semi<=30 *^OpenLogicalChannel] | +3 }
MessageBody = <... setup*:Setup callProceeding*:CallProceeding connect*:Connect alerting*:Alerting
  information:Information releaseComplete:ReleaseComplete facility*:Facility | progress*:Progress +5 >
UuPdu = {... body*:MessageBody nonStandardData?:NonStandardParameter
  | +2 h245Control*:[semi<=4 *^ControlMessage] ! +5 }
UserInformation = {... pdu*:UuPdu ! 1? }
)";

// ITU-T H.225.0: registration, admission and status.
constexpr std::string_view ras = R"(
CallModel = <... direct:null gatekeeperRouted:null >
GatekeeperRequest = {... requestSeqNum:word protocolIdentifier:oid nonStandardData?:NonStandardParameter
  rasAddress*:TransportAddress ! 3? }
GatekeeperConfirm = {... requestSeqNum:word protocolIdentifier:oid nonStandardData?:NonStandardParameter
  gatekeeperIdentifier?:wide/7+1 rasAddress*:TransportAddress | ! }
RegistrationRequest = {... requestSeqNum:word protocolIdentifier:oid nonStandardData?:NonStandardParameter
  discoveryComplete:bool callSignalAddress*:[semi<=10 *TransportAddress] rasAddress*:[semi<=10 *TransportAddress]
  terminalType:EndpointType terminalAlias?:[semi AliasAddress] gatekeeperIdentifier?:wide/7+1
  endpointVendor:VendorIdentifier | +1 timeToLive*:cons+1 ! }
RegistrationConfirm = {... requestSeqNum:word protocolIdentifier:oid nonStandardData?:NonStandardParameter
  callSignalAddress*:[semi<=10 *TransportAddress] terminalAlias?:[semi AliasAddress]
  gatekeeperIdentifier?:wide/7+1 endpointIdentifier:wide/7+1 | +1 timeToLive*:cons+1 ! }
UnregistrationRequest = {... requestSeqNum:word callSignalAddress*:[semi<=10 *TransportAddress] ! 3? }
AdmissionRequest = {... requestSeqNum:word callType:CallType callModel?:CallModel endpointIdentifier:wide/7+1
  destinationInfo?:[semi AliasAddress] destCallSignalAddress?*:TransportAddress
  destExtraCallInfo?:[semi AliasAddress] srcInfo:[semi AliasAddress] srcCallSignalAddress?*:TransportAddress ! 2? }
AdmissionConfirm = {... requestSeqNum:word bandWidth:cons callModel:CallModel
  destCallSignalAddress*:TransportAddress ! 2? }
LocationRequest = {... requestSeqNum:word endpointIdentifier?:wide/7+1 destinationInfo:[semi AliasAddress]
  nonStandardData?:NonStandardParameter replyAddress*:TransportAddress | ! }
LocationConfirm = {... requestSeqNum:word callSignalAddress*:TransportAddress rasAddress*:TransportAddress ! 1? }
InfoRequestResponse = {... nonStandardData?:NonStandardParameter requestSeqNum:word endpointType:EndpointType
  endpointIdentifier:wide/7+1 rasAddress*:TransportAddress callSignalAddress*:[semi<=10 *TransportAddress] ! 2? }
RasMessage = <... gatekeeperRequest*:GatekeeperRequest gatekeeperConfirm*:GatekeeperConfirm :!
  registrationRequest*:RegistrationRequest registrationConfirm*:RegistrationConfirm :!
  unregistrationRequest*:UnregistrationRequest :! :! admissionRequest*:AdmissionRequest
  admissionConfirm*:AdmissionConfirm :! :! :! :! :! :! :! locationRequest*:LocationRequest
  locationConfirm*:LocationConfirm :! :! infoRequestResponse*:InfoRequestResponse :! | +8 >
)";

}  // namespace

const PerSchema& h323_schema() {
  static const PerSchema schema(std::string(addresses) + std::string(security) + std::string(capabilities) +
                                std::string(channels) + std::string(signalling) + std::string(ras));
  return schema;
}

}  // namespace fwsim
