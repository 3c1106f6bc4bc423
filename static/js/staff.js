"use strict";
// Staff pages work without this. It asks before unsaved text is left, counts characters, keeps the
// session of somebody who types, and brings what happened into view.
{
  const ALIVE_EVERY = 5 * 60 * 1000;
  const { alive } = document.currentScript.dataset;
  const isWork = (form) =>
    form.method === "post" &&
    (form.dataset.unsaved !== undefined ||
      !form.matches("#login-form, #logout-form, #changelist-form, [data-step]"));
  let toldAt = Date.now();
  // A page that came back with errors holds text that is nowhere else.
  let unsaved = Boolean(document.querySelector("form[id$=_form] .errornote, form[data-unsaved]"));

  const changed = (event) => {
    if (!event.target.form || !isWork(event.target.form)) return;
    unsaved = true;
    if (alive && Date.now() - toldAt > ALIVE_EVERY) {
      toldAt = Date.now();
      fetch(alive, { credentials: "same-origin" }).catch(() => {});
    }
  };

  const count = (event) => {
    const field = event.target;
    const most = Number(field.dataset.max);
    if (!most) return;
    let note = field.parentElement.querySelector(".counter");
    if (!note) {
      note = document.createElement("span");
      note.className = "counter";
      field.after(note);
    }
    // As the server counts: a line break is two characters.
    const length = [...field.value.trim().replace(/\r?\n/g, "\r\n")].length;
    note.textContent = `${length} of ${most} characters`;
    note.classList.toggle("over", length > most);
    if (length > most) note.setAttribute("role", "status");
    else note.removeAttribute("role");
  };

  document.addEventListener("input", changed);
  document.addEventListener("change", changed);
  document.addEventListener("input", count);
  document.addEventListener("focusin", count);
  document.addEventListener("submit", () => { unsaved = false; });
  window.addEventListener("beforeunload", (event) => {
    if (unsaved) event.preventDefault();
  });
  window.addEventListener("load", () => {
    const told = document.querySelector(".errornote, .messagelist");
    if (!told) return;
    told.tabIndex = -1;
    // After the browser has gone where the address points.
    requestAnimationFrame(() => told.focus());
  });
}
{
  // While a file is read: the bar follows. The page itself stays as it is.
  const EVERY = 2000;
  const loading = document.querySelector("#loading");
  const follow = async () => {
    try {
      const answer = await fetch(location.href, { credentials: "same-origin" });
      const text = answer.ok && !answer.redirected ? await answer.text() : null;
      if (text === null) return;
      const now = new DOMParser().parseFromString(text, "text/html").querySelector("#loading");
      if (!now) {
        const link = document.createElement("a");
        link.href = location.href.split("#")[0];
        link.textContent = loading.dataset.done;
        const sentence = document.createElement("p");
        sentence.setAttribute("role", "status");
        sentence.append(link);
        loading.querySelector("p").replaceWith(sentence);
        return;
      }
      loading.querySelector("p").replaceWith(now.querySelector("p"));
    } catch {
      // The next look may get through.
    }
    setTimeout(follow, EVERY);
  };
  if (loading) setTimeout(follow, EVERY);
}
{
  // Times stand in UTC; what the clock shows where the reader is stands behind them.
  const clock = { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" };
  const here = (when) => {
    const isUtc = Number.isNaN(when.getTime()) || when.getTimezoneOffset() === 0;
    return isUtc ? "" : ` (${when.toLocaleString("en-GB", clock)} where you are)`;
  };
  for (const time of document.querySelectorAll("time[datetime]")) {
    time.append(here(new Date(time.dateTime)));
  }
  for (const field of document.querySelectorAll("input[type=datetime-local]")) {
    const note = document.createElement("span");
    note.className = "counter";
    field.after(note);
    field.addEventListener("input", () => {
      note.textContent = here(new Date(`${field.value}Z`)).trim();
    });
  }
}
