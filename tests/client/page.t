#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The page of "kwatch report --html" in a browser: it is drawn, the filter
# filters, a click zooms, a header sorts; with much, little and nothing in it.
#
# A script at the end of a copy does what a user would and writes what it sees;
# headless Chromium prints the page then.  KWATCH_SHOTS=DIR keeps pictures.

. "$(dirname "$0")/lib.sh"

wants "chromium=opens the page of a report" || skip_all "$wanted"

browser=(timeout 120 chromium --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --no-first-run
	--user-data-dir="$dir/profile" --disable-background-networking --host-resolver-rules="MAP * ~NOTFOUND")

# page STREAM: the page of mkstream's STREAM as $dir/page.html
page() {
	rm -rf "$dir/cap"
	"$mkstream" < "$1" > "$KWATCH_DIR/hits_raw"
	"$kwatch" record -o "$dir/cap" 2> /dev/null
	"$kwatch" report --html "$dir/cap" > "$dir/page.html"
}

# act SCRIPT: what SCRIPT says with say(), a line each, in $out.  A page that
# throws says so; its own errors are seen, too.
act() {
	{
		sed 's,<head>,&<script>window.onerror = m => { document.documentElement.dataset.error = m; };</script>,' "$dir/page.html"
		printf '<pre id="said"></pre><script>const say = (...w) => { $("said").append(w.join(" ") + "\\n"); };\n'
		printf 'try {\n%s\n} catch (e) { say("error", e); }\n' "$1"
		printf 'say("page", document.documentElement.dataset.error ?? "fine");</script>\n'
	} > "$dir/act.html"
	"${browser[@]}" --dump-dom "file://$dir/act.html" > "$dir/dom" 2> "$dir/browser"
	out=$(sed -n '/<pre id="said">/,/<\/pre>/p' "$dir/dom" | sed 's/.*<pre id="said">//; /<\/pre>/d')
}

# shot NAME WIDTH HEIGHT: a picture, if they are wanted
shot() {
	[ -z "${KWATCH_SHOTS:-}" ] || "${browser[@]}" --hide-scrollbars --window-size="$2,$3" \
		--screenshot="$KWATCH_SHOTS/$1.png" "file://$dir/page.html" > /dev/null 2>&1
}

type='const type = text => { $("filter").value = text; $("filter").dispatchEvent(new Event("input")); };
const boxes = () => [...document.querySelectorAll("#flame div")];
const box = name => boxes().find(b => b.dataset.name === name);
const table = () => [...document.querySelectorAll("#table tbody tr.row")];'

# --- a small one, to the letter ---------------------------------------------------

page "$here/capture.txt"
shot small 1200 1000
act "$type"'
say("boxes", boxes().map(b => b.dataset.name).sort().join(", "));
say("rows", table().length, table()[0].cells[2].textContent, table()[0].cells[3].textContent);
say("times", document.querySelectorAll(".time svg").length, document.querySelectorAll(".time path").length);
say("shown", $("shown").textContent);
say("warn", $("warn").textContent);
const before = box("tl_write [trampolines]").getBoundingClientRect().width;
box("tl_writer").click();
say("zoomed", box("tl_write [trampolines]").getBoundingClientRect().width > before, box("init") === undefined, $("reset").disabled);
$("reset").click();
say("reset", box("tl_write [trampolines]").getBoundingClientRect().width === before, box("init") !== undefined, $("reset").disabled);
type("INIT");
say("filtered", table().length, table()[0].cells[2].textContent, boxes().length, $("shown").textContent);
type("/^(tl_write|vfs)/");
say("regexp", table().length);
type("/(/");
say("half a regexp", table().length);
type("nobody");
say("none", table().length, boxes().length, document.querySelectorAll(".empty").length);
type("");
const order = () => table().map(r => r.cells[2].textContent).join(" ");
document.querySelector("th[data-key=who]").click();
say("sorted", order());
document.querySelector("th[data-key=who]").click();
say("turned", order());
table()[0].click();
say("stack", document.querySelectorAll("tr.stack").length, /tl_write\+0x5a/.test(document.querySelector("tr.stack").textContent));
table()[0].click();
say("closed", document.querySelectorAll("tr.stack").length);
$("watch").value = 1; $("watch").dispatchEvent(new Event("change"));
say("one watch", table().length, document.querySelectorAll(".time svg").length, box("tl_writer") === undefined);
'
golden page.golden "drawn, zoomed, filtered and sorted"

# --- nothing, much, and long names -------------------------------------------------

page /dev/null
shot empty 1000 700
act "$type"'say("empty", table().length, boxes().length, [...document.querySelectorAll(".empty")].map(e => e.textContent).join(" "));'
is "$out" "empty 0 0 The capture has no hits. No hits. No hits.
page fine" "an empty capture says so"

long=$(printf 'a%.0s' {1..200})
{
	echo "watch watch=1 kind=2 len=8 addr=1 time=1 spec=w8 $long"
	for ((i = 0; i < 2000; i++)); do
		echo "hit watch=1 cpu=0 time=$((1000000 + i * i * 1000)) seq=$i old=$((i % 7)) new=$((i % 5)) pid=$((i % 900)) comm=<b>&$((i % 900)) k=$((0xffffffff81000000 + i % 600)),0xffffffff810001f7,0xffffffffc0a01022"
	done
	echo "hit watch=1 cpu=0 time=9000000000 seq=1 new=0xffffffffffffffff old=0xfffffffffffffffe pid=1 comm=x u=1,2,3 repeat=20000"
} > "$dir/much"
page "$dir/much"
shot much 1200 1000
shot narrow 420 1000
act "$type"'
say(table().length, $("shown").textContent);
type("x-1");
say(table().length, $("shown").textContent, document.querySelectorAll("#table b").length);'
is "$out" "500 22,000 of 22,000 hits, 1,801 of 1,801 stacks
1 20,000 of 22,000 hits, 1 of 1,801 stacks 0
page fine" "22000 hits of 1801 stacks, with names that are not HTML"
sed -i 's,</body>,<script>document.body.style.width = "360px"; document.body.style.margin = 0; dispatchEvent(new Event("resize"));</script>&,' "$dir/page.html"
act 'say([...document.querySelectorAll("h1, h2, h3, #about, #bar, #flame, .time, .time svg, .scroll")]
	.filter(e => e.getBoundingClientRect().right > 361).map(e => e.tagName + e.id + e.className).join(" ") || "all inside");'
is "$out" "all inside
page fine" "360 pixels are enough"
done_testing
