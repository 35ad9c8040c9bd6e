# SPDX-License-Identifier: GPL-2.0
# vm: append=lockdown=confidentiality
#
# A kernel that is locked down from the start loads no unsigned module.

case $(cat /sys/kernel/security/lockdown 2> /dev/null) in
*"[confidentiality]"*) ;;
*) skip_all "this kernel has no lockdown" ;;
esac
like "$(modprobe kwatch 2>&1)" 'Operation not permitted' "modprobe kwatch is refused"
nok "it is not there" test -e /sys/module/kwatch
done_testing
