"use strict";
// Renews the numbers of the page that the server has made. Texts are only ever set as text, never as HTML.

const RENEW_MILLIS = 2000;

function cell(text, name) {
  const td = document.createElement("td");
  td.textContent = text;
  if (name) td.className = name;
  return td;
}

function row(...cells) {
  const tr = document.createElement("tr");
  tr.append(...cells);
  return tr;
}

function code(text) {
  const td = document.createElement("td");
  const inner = document.createElement("code");
  inner.textContent = text;
  td.append(inner);
  return td;
}

function ago(millis, now) {
  if (millis === 0) return "never";
  const seconds = Math.max(0, Math.floor((now - millis) / 1000));
  if (seconds < 60) return seconds + " s ago";
  if (seconds < 3600) return Math.floor(seconds / 60) + " min ago";
  return seconds < 86400 ? Math.floor(seconds / 3600) + " h ago" : Math.floor(seconds / 86400) + " d ago";
}

function device(line, now) {
  return row(
    cell(line.user), cell(line.name), code(line.replica),
    cell(line.connected ? "connected" : "away", line.connected ? "on" : "off"),
    cell(ago(line.lastSyncMillis, now)),
    cell(line.behind, "number"), cell(line.pending, "number"),
    cell(line.errors, line.errors > 0 ? "number bad" : "number"));
}

function show(overview) {
  const numbers = {
    connected: overview.connected, enrolled: overview.devices.length, users: overview.users,
    "record-count": overview.records, sequence: overview.sequence };
  for (const [id, value] of Object.entries(numbers)) document.getElementById(id).textContent = value;
  document.querySelector("#devices tbody").replaceChildren(
    ...overview.devices.map(line => device(line, overview.relayMillis)));
  document.getElementById("no-devices").hidden = overview.devices.length > 0;
  document.querySelector("#records tbody").replaceChildren(
    ...Object.entries(overview.recordsByType).map(([type, count]) => row(cell(type), cell(count, "number"))));
  const freshness = document.getElementById("freshness");
  freshness.textContent = "as of " + new Date(overview.relayMillis).toISOString().slice(0, 19) + "Z";
  freshness.className = "";
}

async function renew() {
  try {
    const answer = await fetch("/api/overview", { cache: "no-store" });
    if (!answer.ok) throw new Error(answer.status);
    show(await answer.json());
  } catch (failure) {
    const freshness = document.getElementById("freshness");
    freshness.textContent = "The relay does not answer; trying again.";
    freshness.className = "stale";
  }
  setTimeout(renew, RENEW_MILLIS);
}

setTimeout(renew, RENEW_MILLIS);
