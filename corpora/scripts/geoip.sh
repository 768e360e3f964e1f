#!/bin/bash
# Requires xtables-addons
apt-get install xtables-addons-common

# Download GeoIP database
/usr/lib/xtables-addons/xt_geoip_dl
/usr/lib/xtables-addons/xt_geoip_build -D /usr/share/xt_geoip *.csv

# Block countries
iptables -A INPUT -m geoip --src-cc CN,RU -j DROP
iptables -A INPUT -m geoip ! --src-cc US,CA,GB -j DROP  # Whitelist
