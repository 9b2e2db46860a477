"use strict";
const EVERY = 4000, PHASES = {detect: "D", contain: "C", eradicate: "E", recover: "R", learn: "L"};
const SIGNS = {stuck: "⚠", away: "◌", working: "▶", done: "✔"};
const at = (id) => document.getElementById(id);
let hidden = false, last = null, heard = null;
try { hidden = localStorage.getItem("drill-names") === "hidden"; } catch { /* not kept then */ }

function element(name, text, kind) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (kind) made.className = kind;
  return made;
}
function spoken(seconds) {
  const minutes = Math.floor(seconds / 60);
  if (minutes < 1) return "now";
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${String(minutes % 60).padStart(2, "0")}` : `${Math.floor(hours / 24)} d`;
}
const named = (one) => hidden ? `Learner ${one.number}` : one.name;

function phases(row) {
  const cell = element("td", undefined, "phases");
  for (const [phase, done] of Object.entries(row.phases)) {
    const chip = element("span", PHASES[phase] || phase[0].toUpperCase(), done ? "chip on" : "chip");
    chip.title = `${phase}: ${done ? "done" : "open"}`;
    chip.setAttribute("role", "img");
    chip.setAttribute("aria-label", chip.title);
    cell.append(chip);
  }
  return cell;
}
function points(row) {
  const cell = element("td", undefined, "number points");
  cell.append(element("b", row.points === null ? "–" : row.points), element("span", ` / ${row.possible}`));
  const bar = element("div", undefined, "bar"), full = element("div");
  full.style.width = `${row.possible ? Math.round(100 * (row.points || 0) / row.possible) : 0}%`;
  bar.append(full);
  cell.append(bar);
  cell.title = row.checked === null ? "not checked yet" :
    `${row.passed} of ${row.checks} checks held at the last check, ${spoken(row.checked)} ago`;
  return cell;
}
function counted(value, unit) {
  return element("td", value ? `${value}${unit || ""}` : "·", value ? "number" : "number none");
}
function line(row) {
  const made = element("tr", undefined, row.state);
  const who = element("th", named(row), "who");
  who.scope = "row";
  const lab = element("td", row.lab, "lab");
  lab.title = row.title;
  const outage = counted(row.outage_minutes, " min");
  if (row.out_now.length) {
    outage.className = "number out";
    outage.textContent = `${row.outage_minutes} min, out`;
    outage.title = `out now: ${row.out_now.join(", ")}`;
  }
  made.append(who, lab, element("td", `${SIGNS[row.state] || ""} ${row.state}`, "state"), phases(row),
    points(row), element("td", spoken(row.progress), "number progress"),
    element("td", spoken(row.idle), "number"), counted(row.hints), counted(row.accusations), outage);
  return made;
}
function show() {
  at("names").setAttribute("aria-pressed", String(hidden));
  at("names").textContent = hidden ? "Show names" : "Hide names";
  if (!last) return;
  at("rows").replaceChildren(...last.rows.map(line));
  at("empty").hidden = last.rows.length > 0;
  document.querySelector("table").hidden = !last.rows.length;
  const counts = Object.entries(last.counts).filter(([, many]) => many);
  at("counts").replaceChildren(...counts.map(([state, many]) => {
    const one = element("span", undefined, `count ${state.replace(" ", "-")}`);
    one.append(element("b", many), ` ${state}`);
    return one;
  }));
  const absent = at("absent");
  absent.hidden = !last.absent.length;
  absent.querySelector("h2").textContent = `Not begun: ${last.absent.length} of ${last.learners}`;
  absent.querySelector("ul").replaceChildren(...last.absent.map((one) => element("li", named(one))));
  at("legend").textContent = `Stuck: at work, and for ${last.stuck_minutes} min no new phase done and no ` +
    `further check held. Away: nothing asked for ${last.away_minutes} min. ` +
    "D detect, C contain, E eradicate, R recover, L learn; points as of the learner’s last check.";
}
async function refresh() {
  try {
    const answer = await fetch("/board/class" + location.search, {cache: "no-store"});
    if (answer.status === 403) return location.reload();
    if (!answer.ok) throw new Error((await answer.json()).message);
    last = await answer.json();
    heard = new Date();
    at("trouble").hidden = true;
    show();
  } catch (error) {
    const since = heard ? ` What is shown is of ${heard.toLocaleTimeString()}.` : "";
    at("trouble").textContent = `No answer from the simulator (${error.message}).${since}`;
    at("trouble").hidden = false;
  }
  setTimeout(refresh, EVERY);
}
at("names").addEventListener("click", () => {
  hidden = !hidden;
  try { localStorage.setItem("drill-names", hidden ? "hidden" : "shown"); } catch { /* as it is */ }
  show();
});
show();
refresh();
