"""Conntrack helpers: what they read, what they rewrite behind NAT, and what comes of the connections they expect."""
from define import GATEWAY6, scenario, step
import packets

CLIENT, OTHER, SERVER, PEER, PUBLIC = "192.168.1.10", "192.168.1.11", "198.51.100.5", "198.51.100.6", "203.0.113.1"
RAW = """-A PREROUTING -p tcp --dport 21 -j CT --helper ftp
         -A PREROUTING -p tcp --dport 6566 -j CT --helper sane
         -A PREROUTING -p udp --dport 69 -j CT --helper tftp"""
RAW4 = RAW + """
         -A OUTPUT -p tcp --dport 21 -j CT --helper ftp
         -A OUTPUT -p udp --dport 69 -j CT --helper tftp
         -A PREROUTING -p tcp --dport 6667 -j CT --helper irc
         -A PREROUTING -p udp --dport 10080 -j CT --helper amanda"""
FILTER = """:FORWARD DROP
            -A FORWARD -m helper --helper ftp
            -A FORWARD -m helper --helper tftp
            -A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
            -A FORWARD -p tcp -m multiport --dports 21,6566,6667 -m conntrack --ctstate NEW -j ACCEPT
            -A FORWARD -p udp -m multiport --dports 69,10080 -m conntrack --ctstate NEW -j ACCEPT"""
SNAT = "-A POSTROUTING -o eth1 -j SNAT --to-source 203.0.113.1"
DNAT = "-A PREROUTING -i eth1 -p %s --dport %d -j DNAT --to-destination 192.168.1.10"
SACK_PERMITTED = bytes.fromhex("020405b404020101")


def rules(nat=None, raw=RAW4):
    return {"raw": raw, "filter": FILTER, **({"nat": nat} if nat else {})}


def at(text):
    return "[%s]" % text if ":" in text else text


def syn(where, source, sport, target, dport, comment="", words="syn", **keys):
    keys = {"seq": 1000, **keys}
    text = "tcp %s:%d > %s:%d %s %s" % (at(source), sport, at(target), dport, words, " ".join("%s=%d" % k for k in keys.items()))
    return step(where, packets.packet(text), comment=comment)


def datagram(where, source, sport, target, dport, data, comment=""):
    return step(where, packets.packet("udp %s:%d > %s:%d hex=%s" % (source, sport, target, dport, data.hex())), comment=comment)


class Talk(list):
    """The steps of a TCP connection. Each end speaks of the other as it sees it: the client (on `near`) of `server`, the
    real server of `seen`. Numbers that a helper moves on the way are counted in `moved`."""

    def __init__(self, client, sport, server, dport, seen=None, real=None, near="eth0", far="eth1", seq=(1000, 5000)):
        super().__init__()
        self.ends = {"c": (near, client, sport, server, dport), "s": (far, real or server, dport, seen or client, sport)}
        self.seq = dict(zip("cs", seq))
        self.moved = {"c": 0, "s": 0}

    def put(self, side, words, data=b"", comment="", seq=None, ack=None, options=b""):
        where, source, sport, target, dport = self.ends[side]
        other = "s" if side == "c" else "c"
        seq = self.seq[side] if seq is None else seq
        ack = (self.seq[other] + self.moved[other] if ack is None else ack) if "ack" in words else 0
        text = "tcp %s:%d > %s:%d %s seq=%d ack=%d hex=%s topt=%s" % (
            at(source), sport, at(target), dport, words, seq % 2**32, ack % 2**32, data.hex(), options.hex())
        self.append(step(where, packets.packet(text), comment=comment))

    def open(self, options=b""):
        self.put("c", "syn", options=options)
        self.seq["c"] += 1
        self.put("s", "syn ack", options=options)
        self.seq["s"] += 1
        self.put("c", "ack")
        return self

    def say(self, side, text, comment="", grows=0):
        """Data and its acknowledgement. `grows`: by how many bytes a helper makes it longer."""
        data = text.encode("latin1")
        self.put(side, "psh ack", data, comment)
        self.seq[side] += len(data)
        self.moved[side] += grows
        self.put("s" if side == "c" else "c", "ack")

    def lose(self, side, text, comment=""):
        """Data that nobody acknowledges: dropped, or said again."""
        self.put(side, "psh ack", text.encode("latin1"), comment)


def greeted(*arguments, options=b"", **more):
    """An FTP connection whose first segments, which are never read, have passed."""
    talk = Talk(*arguments, **more).open(options)
    talk.say("s", "220 hi\r\n")
    talk.say("c", "USER x\r\n")
    return talk


talk = greeted(CLIENT, 40000, SERVER, 21, seen=PUBLIC, options=SACK_PERMITTED)
talk.say("c", "PORT 192,168,1,10,156,80\r\n", "two bytes shorter", -2)
talk += [syn("eth1", SERVER, 20, PUBLIC, 40016, "data"), syn("eth0", CLIENT, 40016, SERVER, 20, "its answer", "syn ack", ack=1001)]
talk.say("s", "200 ok\r\n", "its acknowledgement is moved")
talk.put("c", "psh ack", b"PORT 192,168,1,10,156,80\r\n", "sent again", seq=talk.seq["c"] - 26)
talk.say("c", "EPRT |1|192.168.1.10|40017|\r\n", "one byte shorter", -1)
talk.say("c", "NOOP\r\n")
edge = talk.seq["c"] + talk.moved["c"]
talk.put("s", "ack", b"", "SACK", ack=edge - 6, options=b"\1\1\5\12" + (edge - 4).to_bytes(4, "big") + edge.to_bytes(4, "big"))
talk.append(syn("eth1", SERVER, 20, PUBLIC, 40017, "data"))
talk.put("s", "fin ack")
talk.put("c", "fin ack", ack=talk.seq["s"] + 1)
scenario("helper_ftp_snat", "PORT and EPRT of a client behind SNAT are rewritten, all later numbers are moved", rules(SNAT), *talk)

talk = greeted(SERVER, 40000, PUBLIC, 21, real=CLIENT, near="eth1", far="eth0", options=SACK_PERMITTED)
line, grows = "227 (192,168,1,10,200,13).\r\n", len("203,0,113,1") - len("192,168,1,10")
talk.lose("s", line, "rewritten")
talk.lose("s", line, "again: not moved twice")
start, size = talk.seq["s"], len(line)
talk.put("s", "psh ack", b"150 y\r\n", "behind it", seq=start + size)
for off, comment in ((size + grows, "acknowledges the line"), (size + grows + 7, "and what follows"), (size + 7, "too much: INVALID"), (0, "old")):
    talk.put("c", "ack", comment=comment, ack=start + off)
blocks = b"".join((start + off).to_bytes(4, "big") for off in (3, size + grows, size + grows + 2, size + grows + 5))
talk.put("c", "ack", comment="two SACK blocks, across the shift", ack=start, options=b"\1\1\5\22" + blocks)
talk.seq["s"] += size + 7
talk.lose("s", "227 (192,168,1,10,200,14).\r\n", "a second shift")
talk.put("c", "rst", comment="its acknowledgement number is none, and stays")
scenario("helper_ftp_dnat_numbers", "numbers around the 227 of a server behind DNAT", rules(DNAT % ("tcp", 21)), *talk)

talk = Talk(CLIENT, 40000, SERVER, 21).open()
talk.say("c", "PORT 192,168,1,10,1,1\r\n", "first segment: never read")
talk.say("s", "220 hi\r\n")
for text in ("NOOP\r\nPORT 192,168,1,10,1,2\r\n", "port 192,168,1,10,1,3\r\n", "PORT 192,168,1,11,1,4\r\n", "PORT 448,168,1,10,1,4\r\n",
             "EPRT !1!192.168.1.10!700!\r\n"):
    talk.say("c", text)
for text in ("227 198,51,100,5,300,13\r\n", "227 =198,51,100,5,3,13\r\n", "229 Ok (|||600|)\r\n", "229 Ok (!!!601!)\r\n"):
    talk.say("s", text)
for text in ("229 Ok (|1|198.51.100.5|602|)\r\n", "229 Ok no\r\n", "229 Ok (|||0|)\r\n", "227 no digits\r\n", "22", "227 ", "227 (198,51,100,5,4",
             "227 (198,51,100,5,4,4"):
    talk.lose("s", text, "dropped: " + text.strip())
for text in ("EPRT |2|192.168.1.10|700|\r\n", "EPRT |1|192.168.1.10|70a|\r\n", "PORT 192,168,1,10,2,2\n", "PORT  192,168,1,10,2,2\r\n"):
    talk.lose("c", text, "dropped: " + text.strip())
scenario("helper_ftp_forms", "which commands and answers the FTP helper takes, leaves and drops", rules(), *talk)

talk = greeted("2001:db8:1::10", 40000, "2001:db8:2::5", 21, seen="2001:db8:2::1")
short, full = "2001:db8:1::10", "2001:0db8:0002:0000:0000:0000:0000:0001"
talk.say("c", "EPRT |2|%s|40020|\r\n" % short, "", len(full) - len(short))
talk.append(syn("eth1", "2001:db8:2::5", 20, "2001:db8:2::1", 40020, "data"))
talk.say("s", "229 Ok (|||600|)\r\n")
talk.append(syn("eth0", short, 40021, "2001:db8:2::5", 600, "data"))
talk.lose("c", "PORT 192,168,1,10,2,2\r\n", "not expected")
scenario("helper_ftp_v6_snat", "EPRT over IPv6 behind SNAT", rules("-A POSTROUTING -o eth1 -j SNAT --to-source 2001:db8:2::1", RAW), *talk,
         host=GATEWAY6, v6=True)

talk = greeted(CLIENT, 40000, SERVER, 21, seen=PUBLIC, seq=(0x90000000, 5000))
talk.say("c", "PORT 192,168,1,10,156,80\r\n", "", -2)
reply = packets.packet("tcp %s:21 > %s:40000 psh ack seq=%d ack=%d data=xxxx" % (SERVER, CLIENT, talk.seq["s"], talk.seq["c"]))
talk.append(step("eth0", packets.error("icmp %s > %s 3/3" % (CLIENT, SERVER), reply), comment="about a reply: spoiled on the way"))
talk.append(step("eth0", packets.error("icmp %s > %s 3/4" % (CLIENT, SERVER), reply, b"\0\0\2\x40"), comment="too big: its MTU is spoiled"))
scenario("helper_numbers_in_icmp", "an ICMP error about a reply is taken for a TCP segment when numbers are moved", rules(SNAT), *talk)

own, public = (int.from_bytes(packets.address(a), "big") for a in (CLIENT, PUBLIC))
talk = Talk(CLIENT, 41000, SERVER, 6667, seen=PUBLIC).open()
talk.say("s", ":srv 001 me :hi\r\n")
talk.say("c", "PRIVMSG bob :\1DCC SEND a.txt %d 4001 99\1\r\n" % own, "rewritten, of the same length")
talk += [syn("eth1", PEER, 999, PUBLIC, 4001, "a peer: seen as the server"),
         syn("eth0", CLIENT, 4001, SERVER, 999, "answer to the server", "syn ack", ack=1001),
         syn("eth0", CLIENT, 4001, PEER, 999, "answer to the peer: INVALID", "syn ack", ack=1001)]
for text in ("privmsg bob :\1DCC CHAT chat %d 4002\1\r\n" % public, "NOTICE bob :\1DCC CHAT chat %d 4003\1\r\n" % own,
             " \r\nPRIVMSG bob :\1DCC CHAT chat %d 4004\1\r\n" % own, "PRIVMSG bob :x \1DCC CHAT chat %d 4005\1\r\n" % own,
             "PRIVMSG bob :\1DCC CHAT chat %d 4006\1 :\1DCC CHAT chat %d 4007\1\r\n" % (own + 1, own),
             "PRIVMSG bob :\1DCC QUIT chat %d 4006\1 :\1DCC CHAT chat %d 4008\1\r\n" % (own, own),
             "PRIVMSG bob :\1DCC TSEND f %d  4009\1\r\n" % own, "PRIVMSG bob :\1DCC SCHAT f %d 70000\1\r\n" % own,
             "PRIVMSG bob :\1DCC MOVE f %d 4010\1" % own, "PRIVMSG bob :\1DCC CHAT c %d 0\1\r\n" % own):
    talk.lose("c", text, text.strip())
    talk.seq["c"] += len(text)
scenario("helper_irc_snat", "DCC offers of a client behind SNAT, and those that are none", rules(SNAT), *talk)

scenario("helper_amanda_dnat", "ports that an Amanda client behind DNAT names, and forms of its line", rules(DNAT % ("udp", 10080)),
         datagram("eth1", SERVER, 700, PUBLIC, 10080, b"REQ\n"),
         datagram("eth0", CLIENT, 10080, SERVER, 700, b"REP\nCONNECT DATA 50001 MESG 50002 INDEX 50003 STATE 50004\nOPTIONS ;\n", "four ports"),
         syn("eth1", SERVER, 800, PUBLIC, 50001, "DATA"), syn("eth1", SERVER, 801, PUBLIC, 50004, "STATE"),
         syn("eth0", CLIENT, 50001, SERVER, 800, "its answer", "syn ack", ack=1001), datagram("eth1", PEER, 700, PUBLIC, 10080, b"REQ\n"),
         *[datagram("eth0", CLIENT, 10080, PEER, 700, text, text.decode().strip()) for text in
           (b"CONNECT DATA 0 MESG 6\n", b"CONNECT DATA x MESG 6\n", b"CONNECT MESG 123456 DATA 7\n", b"CONNECT DATA 5", b"CONNECT INDEX 9 OTHER\nDATA 5\n")])

REQUEST, BLOCK, ACK = b"\0\1x\0octet\0", b"\0\3\0\1data", b"\0\4\0\1"
scenario("helper_tftp_snat", "the port of a TFTP client that SNAT changed", rules("-A POSTROUTING -o eth1 -p udp -j SNAT --to-source 203.0.113.1:2001"),
         datagram("eth0", CLIENT, 2000, SERVER, 69, REQUEST), datagram("eth1", SERVER, 3000, PUBLIC, 2001, BLOCK, "RELATED"),
         datagram("eth0", CLIENT, 2000, SERVER, 3000, ACK), datagram("eth1", SERVER, 69, PUBLIC, 2001, REQUEST, "a request as the reply"),
         datagram("eth1", SERVER, 3001, PUBLIC, 2001, BLOCK, "RELATED"), datagram("eth1", SERVER, 3002, PUBLIC, 2001, BLOCK, "used up"))

talk = greeted(CLIENT, 40000, SERVER, 21)
for port, words in ((1028, "syn fin"), (1029, "syn ack"), (1030, "syn bad-checksum")):
    talk.say("s", "227 (198,51,100,5,%d,%d)\r\n" % (port >> 8, port & 255))
    talk += [syn("eth0", CLIENT, 45000, SERVER, port, "INVALID, and uses it up", words), syn("eth0", CLIENT, 45001, SERVER, port, "too late")]
scenario("helper_master_gone", "-m helper still knows the master that was deleted; an INVALID packet uses an expectation up", rules(),
         datagram("eth0", CLIENT, 2000, SERVER, 69, REQUEST), datagram("eth1", SERVER, 3000, CLIENT, 2000, BLOCK, "RELATED"),
         datagram("eth0", CLIENT, 2000, SERVER, 69, REQUEST, "another expectation"), {"cmd": ["conntrack", "-D", "-p", "udp", "--orig-port-dst", "69"]},
         datagram("eth0", CLIENT, 2000, SERVER, 3000, ACK, "of the child"), datagram("eth1", SERVER, 3001, CLIENT, 2000, BLOCK, "not expected"), *talk)

talk = Talk(PUBLIC, 40000, SERVER, 21, near="local").open()
talk.lose("s", "220 x\r\n")
talk.seq["s"] += 7
talk.lose("c", "USER x\r\n")
talk.seq["c"] += 8
talk.lose("c", "PORT 203,0,113,1,4,4\r\n")
scenario("helper_local", "helpers of the host's own connections, and over lo", rules(),
         datagram("local", PUBLIC, 2000, SERVER, 69, REQUEST), datagram("eth1", SERVER, 3000, PUBLIC, 2000, BLOCK, "RELATED"), *talk,
         syn("eth1", SERVER, 20, PUBLIC, 1028, "data"), datagram("local", "127.0.0.1", 2000, "127.0.0.1", 69, REQUEST),
         datagram("local", "127.0.0.1", 3000, "127.0.0.1", 2000, BLOCK, "RELATED"))

talk = Talk(CLIENT, 43000, SERVER, 6566, seen=PUBLIC).open()
talk.say("c", "\0\0\0\7\0\0\0\1", "SANE_NET_START")
talk.say("s", "\0\0\0\0\0\0\xc7\x38", "port 51000")
scenario("helper_sane_snat", "there is no NAT part for SANE: its data connection passes the nat rules", rules(SNAT), *talk,
         syn("eth0", CLIENT, 50000, SERVER, 51000, "data"))
