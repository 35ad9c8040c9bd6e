# SPDX-License-Identifier: GPL-2.0
# vm: timeout=120
# vm: accel=icount
# vm: cpus=1
#
# What a watched page that is not touched at the watched bytes costs its process:
# nothing.  Every instruction takes the same time here.

load
victim
do_it cost
do_it cost
before=${answer#done }
at_least "$before" 10000 "10,000 stores take their time"
watch "w8 $word pid=$pid"
do_it cost
is "${answer#done }" "$before" "and the same, to the instruction, where a word beside them is watched"
expect 0 "which is not hit"
do_it store 10
expect 10 "while it is watched"
ctl_ok clear
do_it cost
is "${answer#done }" "$before" "and afterwards"
exec 8>&-
wait
done_testing
