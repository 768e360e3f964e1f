"""Rules with a memory: limit, recent, quota, statistic, sets, hashlimit; the owner of what is sent; time."""
from define import scenario, step

UDP = "eth0 udp 192.168.1.%d:5 > 198.51.100.5:53"

scenario("limit_burst_only", "the burst passes, then nothing for an hour",
         "-A FORWARD -m limit --limit 1/hour --limit-burst 2 -j ACCEPT\n-A FORWARD -j DROP",
         *[UDP % 10] * 4)

scenario("limit_refills", "one token comes back in a second",
         "-A FORWARD -m limit --limit 2/sec --limit-burst 1 -j ACCEPT\n-A FORWARD -j DROP",
         UDP % 10, UDP % 10, step("eth0", UDP[5:] % 10, gap=0.8), UDP % 10, timing=True)

scenario("hashlimit_per_source", "a bucket for each source address",
         """-A FORWARD -m hashlimit --hashlimit-upto 1/hour --hashlimit-burst 2 --hashlimit-mode srcip --hashlimit-name kernel_tests -j ACCEPT
            -A FORWARD -j DROP""", UDP % 10, UDP % 11, UDP % 10, UDP % 10, UDP % 11, UDP % 12)

scenario("recent_knocking", "a knock on one port opens another",
         """-A FORWARD -p tcp --dport 1000 -m recent --set --name knock -j DROP
            -A FORWARD -p tcp --dport 22 -m recent --rcheck --seconds 600 --name knock -j ACCEPT
            -A FORWARD -p tcp --dport 23 -m recent --remove --name knock
            -A FORWARD -p tcp -j DROP""",
         *["eth0 tcp 192.168.1.10:4000 > 198.51.100.5:%d syn" % port for port in (22, 1000, 22, 23, 22)],
         "eth0 tcp 192.168.1.11:4000 > 198.51.100.5:22 syn")

scenario("recent_hitcount", "the third hit within the time is caught",
         """-A FORWARD -m recent --update --seconds 600 --hitcount 3 --name hits -j DROP
            -A FORWARD -m recent --set --name hits""", *[UDP % 10] * 5, UDP % 11)

scenario("quota_runs_out", "bytes up to the quota, the packet that is too much not",
         "-A FORWARD -m quota --quota 70 -j ACCEPT\n-A FORWARD -j DROP", *[UDP % 10] * 4)

scenario("statistic_every_third", "each third packet, from the second on",
         "-A FORWARD -m statistic --mode nth --every 3 --packet 1\n"
         "-A FORWARD -p tcp -m statistic --mode nth --every 2 --packet 0",
         *[UDP % 10] * 5, "eth0 tcp 192.168.1.10:1 > 198.51.100.5:80 syn",
         "eth0 tcp 192.168.1.10:2 > 198.51.100.5:80 syn")

scenario("order_of_memory", "a match with memory is asked only where those before it matched",
         "-A FORWARD -p tcp -m statistic --mode nth --every 2 --packet 0 -j DROP\n"
         "-A FORWARD -m statistic --mode nth --every 2 --packet 0 -p tcp -j DROP",
         UDP % 10, "eth0 tcp 192.168.1.10:1 > 198.51.100.5:80 syn", UDP % 10,
         "eth0 tcp 192.168.1.10:2 > 198.51.100.5:80 syn")

scenario("sets_of_all_kinds", "addresses, networks with exceptions, ports, pairs",
         """-A FORWARD -m set --match-set hosts src
            -A FORWARD -m set --match-set nets dst
            -A FORWARD -m set --match-set ports dst
            -A FORWARD -m set --match-set pairs src,dst
            -A FORWARD -m set ! --match-set hosts dst""",
         UDP % 10, UDP % 11, "eth0 udp 192.168.1.10:5 > 198.51.100.66:53",
         "eth0 tcp 192.168.1.12:5 > 198.51.100.5:80 syn",
         sets="create hosts hash:ip family inet\nadd hosts 192.168.1.10\ncreate nets hash:net family inet\n"
         "add nets 198.51.100.0/24\n"
              "add nets 198.51.100.64/26 nomatch\ncreate ports bitmap:port range 1-1024\n"
              "add ports 53\ncreate pairs hash:ip,port family inet\n"
              "add pairs 192.168.1.12,tcp:80\n")

scenario("set_filled_by_rules", "SET adds and deletes, the next packet sees it",
         """-A FORWARD -p udp --dport 54 -j SET --del-set bad src
            -A FORWARD -m set --match-set bad src -j DROP
            -A FORWARD -p udp --dport 53 -j SET --add-set bad src""",
         UDP % 10, UDP % 10, "eth0 udp 192.168.1.10:5 > 198.51.100.5:54", UDP % 11,
         sets="create bad hash:ip family inet\n")

scenario("set_counters", "counters of an element, and a rule that asks for them",
         "-A FORWARD -m set --match-set seen src --packets-gt 1 -j DROP",
         *[UDP % 10] * 4, sets="create seen hash:ip family inet counters\nadd seen 192.168.1.10 packets 0 bytes 0\n")

scenario("owner_of_sent_packets", "uid and gid of who sent, and none for what is forwarded",
         """-A OUTPUT -m owner --uid-owner 1000
            -A OUTPUT -m owner ! --uid-owner 0
            -A OUTPUT -m owner --gid-owner 100-200
            -A POSTROUTING""".replace("-A POSTROUTING", "-A OUTPUT -m owner --socket-exists"),
         step("local", "udp 203.0.113.1:5 > 198.51.100.5:53", uid=1000),
         step("local", "udp 203.0.113.1:5 > 198.51.100.5:53", gid=150),
         "local udp 203.0.113.1:5 > 198.51.100.5:53")

scenario("time_bounds", "dates long ago and far ahead, any day of the week",
         """-A FORWARD -m time --datestart 2020-01-01T00:00:00
            -A FORWARD -m time --datestop 2020-01-01T00:00:00
            -A FORWARD -m time --weekdays Mon,Tue,Wed,Thu,Fri,Sat,Sun --timestart 00:00:00 --timestop 23:59:59""",
            UDP % 10)
