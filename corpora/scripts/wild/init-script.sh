#!/bin/sh
### BEGIN INIT INFO
# Provides:          firewall
# Required-Start:    $local_fs $network
# Required-Stop:     $local_fs
# Default-Start:     2 3 4 5
# Default-Stop:      0 1 6
# Short-Description: packet filter
# Description:       loads the packet filter of this host
### END INIT INFO

IPT="/sbin/iptables"
STATE=/var/run/firewall.state

flush() {
	for table in filter nat mangle; do
		$IPT -t $table -F
		$IPT -t $table -X
	done
	for chain in INPUT FORWARD OUTPUT; do
		$IPT -P $chain ACCEPT
	done
}

start() {
	printf "Starting firewall:"
	flush
	echo 1 > /proc/sys/net/ipv4/tcp_syncookies
	echo 0 > /proc/sys/net/ipv4/conf/all/accept_source_route
	$IPT -P INPUT DROP
	$IPT -A INPUT -i lo -j ACCEPT
	$IPT -A INPUT -m state --state ESTABLISHED,RELATED -j ACCEPT
	$IPT -A INPUT -p tcp --dport ssh -j ACCEPT
	$IPT -A INPUT -p icmp -j ACCEPT
	date +%s > $STATE
	echo " done"
}

stop() {
	printf "Stopping firewall:"
	flush
	rm -f $STATE
	echo " done"
}

status() {
	if [ -f $STATE ]; then
		echo "firewall is running"
		$IPT -L -n
		return 0
	fi
	echo "firewall is stopped"
	return 3
}

case "${1:-cycle}" in
	start) start ;;
	stop) stop ;;
	restart|force-reload) stop; start ;;
	status) status ;;
	cycle)
		"$0" status
		echo "status said $?"
		"$0" start || exit 1
		sh "$0" status
		sh "$0" restart
		;;
	*)
		echo "Usage: $0 {start|stop|restart|status}" >&2
		exit 2
		;;
esac
exit $?
