# SPDX-License-Identifier: GPL-2.0
#
# kwatch load: the watches of /etc/kwatch.d/*.conf, as at boot.

load
ok "no /etc/kwatch.d: nothing to arm, and no failure at boot" kwatch load
mkdir -p /etc/kwatch.d
nok "no such directory" kwatch load /etc/none 2> /tmp/err
like "$(cat /tmp/err)" '^kwatch: /etc/none: No such file or directory$' "is said"
ok "an empty one is fine" kwatch load

cat > /etc/kwatch.d/20-second.conf << 'CONF'
# comments, and empty lines

  w8 kwtest_static name=second
w8 nosuch_symbol
w8 trampolines:trampolines name=later
CONF
echo "w8 kwtest_word name=first" > /etc/kwatch.d/10-first.conf
echo "w8 kwtest_byte name=not" > /etc/kwatch.d/10-first.conf.dpkg-old

nok "a line that is refused is a failure" kwatch load 2> /tmp/err
is "$(grep -vc '^ ' /tmp/err)" 2 "that is told"
like "$(cat /tmp/err)" '^kwatch: No such symbol' "with the kernel's reason"
like "$(cat /tmp/err)" '^kwatch: /etc/kwatch.d/20-second.conf:4: not armed$' "and its place"
is "$(sed -n 's/.* name=\([a-z]*\).*# id=[0-9]* state=\([a-z]*\).*/\1 \2/p' $KW/ctl | tr '\n' ',')" \
	"first armed,second armed,later pending," "the others are armed, by the files' names"
run store8 3
sed -i /nosuch/d /etc/kwatch.d/20-second.conf
ok "again" kwatch load
is "$(grep -c . $KW/ctl) $(watch_of 1 hits)" "3 3" "what is there stays as it is"
modprobe trampolines
like "$(grep name=later $KW/ctl)" 'state=armed' "a module's is armed when it comes"
kwatch clear
echo "w8 kwtest_byte" > /tmp/one
ok "of a file that is named" kwatch load /tmp/one
is "$(grep -c . $KW/ctl)" 1 "only those"
done_testing
