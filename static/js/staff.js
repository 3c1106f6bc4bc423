"use strict";
// Staff pages work without this, but for the field that finds a notice, which is Django's. It asks
// before unsaved text is left, counts characters, keeps the session of somebody who types, and
// brings what happened into view.
{
  const ALIVE_EVERY = 5 * 60 * 1000;
  const { alive } = document.currentScript.dataset;
  const isWork = (form) =>
    form.method === "post" &&
    (form.dataset.unsaved !== undefined ||
      !form.matches("#login-form, #logout-form, #changelist-form, [data-step]"));
  let toldAt = Date.now();
  const unsaved = new Set();
  // A page that came back with errors holds text that is nowhere else.
  const kept = document.querySelector("form[id$=_form] .errornote, form[data-unsaved]");
  if (kept) unsaved.add(kept.closest("form"));

  const changed = (event) => {
    if (!event.target.form || !isWork(event.target.form)) return;
    unsaved.add(event.target.form);
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
  // Of two forms on a page the other one is not sent.
  document.addEventListener("submit", (event) => { unsaved.delete(event.target); });
  window.addEventListener("beforeunload", (event) => {
    if (unsaved.size) event.preventDefault();
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
{
  // Django's field that finds a notice while somebody types says neither what it is for, nor what
  // its search box is, and calls the value in it a text box.
  const nameBox = (select) => {
    const label = select.labels[0];
    const box = select.nextElementSibling?.querySelector("[role=combobox]");
    if (!label || !box) return false;
    const value = box.querySelector("[role=textbox]");
    value.removeAttribute("role");
    value.removeAttribute("aria-readonly");
    label.id ||= `${select.id}_label`;
    box.setAttribute("aria-labelledby", `${label.id} ${value.id}`);
    label.addEventListener("click", () => box.focus());
    return true;
  };
  for (const select of document.querySelectorAll("select.admin-autocomplete")) {
    if (nameBox(select)) continue;
    const made = new MutationObserver(() => { if (nameBox(select)) made.disconnect(); });
    made.observe(select.parentElement, { childList: true });
  }
  // A column of Django's tables without a heading has no heading cell.
  for (const heading of document.querySelectorAll(".inline-group thead th")) {
    if (heading.textContent.trim() || heading.children.length) continue;
    const cell = document.createElement("td");
    cell.className = heading.className;
    heading.replaceWith(cell);
  }
  document.addEventListener("focusin", ({ target }) => {
    if (!target.matches(".select2-search__field")) return;
    target.setAttribute("aria-label", "Address, title, firm, product or model number");
    const box = document.querySelector(".select2-container--open [role=combobox]");
    box.setAttribute("aria-controls", box.getAttribute("aria-owns"));
  });
}
{
  // Who translates over the English text need not carry it over field by field.
  const forms = [...document.querySelectorAll("#texts-group .inline-related:not(.empty-form)")];
  const languageOf = (form) => form.querySelector("[name$=-language]")?.value;
  const textsOf = (form) => [...form.querySelectorAll("textarea, input[type=text]")];
  const english = forms.find((form) => languageOf(form) === "en");
  const fill = (form) => {
    for (const field of textsOf(form)) {
      const name = field.name.split("-").at(-1);
      const text = textsOf(english).find((other) => other.name.endsWith(`-${name}`))?.value;
      if (field.value.trim() || !text) continue;
      field.value = text;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  };
  for (const form of english ? forms : []) {
    if (form === english || !textsOf(form).length) continue;
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "copy", textContent: "Copy the English text" });
    button.title = "Into the fields that are empty";
    button.addEventListener("click", () => fill(form));
    form.querySelector("h3").append(" ", button);
  }
}
{
  // The preview stands beside the form: half of the screen, and one window for each notice. Without
  // this it is a tab of that name.
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-beside]");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const width = Math.floor(screen.availWidth / 2);
    const size = `popup,width=${width},height=${screen.availHeight},left=${width},top=0`;
    const beside = window.open(link.href, link.target, size);
    if (!beside) return;
    event.preventDefault();
    beside.focus();
  });
}
