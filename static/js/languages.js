"use strict";
// Texts stand in all languages side by side. Who works on one language can have it alone; the choice
// is kept in this browser. What has an error or must be filled in is never hidden, nor what a link
// leads to. Without this script all languages are shown.
{
  const KEY = "staff.language";
  const TEXTS = "#texts-group .inline-related:not(.empty-form)";
  const BOXES = ".languages > div";
  const list = new Intl.ListFormat("en");

  const read = () => { try { return localStorage.getItem(KEY) ?? ""; } catch { return ""; } };
  const keep = (tag) => { try { localStorage.setItem(KEY, tag); } catch { /* for this page only */ } };

  // What each text's form was opened with: its own field can be set to another language.
  const tags = new Map();
  const names = new Map();
  for (const box of document.querySelectorAll(BOXES)) {
    names.set(box.querySelector("textarea").lang, box.querySelector("label").textContent.trim());
  }
  for (const form of document.querySelectorAll(TEXTS)) {
    const field = form.querySelector("select[name$=-language]");
    if (!field?.value) continue;
    tags.set(form, field.value);
    if (!names.has(field.value)) names.set(field.value, field.selectedOptions[0].textContent.trim());
  }

  const hasError = (part) =>
    (part.matches(BOXES) ? part.closest(".form-row") : part)?.querySelector(".errorlist");
  // A browser sends no form whose required field is hidden, and does not say so.
  const isRequired = (part) => part.matches(BOXES) && part.querySelector("textarea").required;
  const tagOf = (part) => tags.get(part) ?? part.querySelector(":scope > textarea")?.lang;
  const opened = new Set();
  let chosen = "";

  const apply = (told) => {
    // Asked anew each time: a country can be added to the page.
    const hidden = new Set();
    for (const part of document.querySelectorAll(`${TEXTS}, ${BOXES}`)) {
      const tag = tagOf(part);
      const isShown = !tag || tag === chosen || opened.has(part) || hasError(part) || isRequired(part);
      part.hidden = Boolean(chosen) && !isShown;
      if (part.hidden) hidden.add(tag);
    }
    const others = [...names].filter(([tag]) => hidden.has(tag)).map(([, name]) => name);
    told.textContent = others.length
      ? `${list.format(others)}: hidden here, and saved with the rest. A text with an error is always shown.`
      : "";
  };

  const option = (tag, name) => {
    const label = document.createElement("label");
    const radio = document.createElement("input");
    Object.assign(radio, { type: "radio", name: "shown-language", value: tag, checked: tag === chosen });
    // Of no form: it is nothing to save, nor a change that could be lost.
    radio.setAttribute("form", "");
    label.append(radio, ` ${name}`);
    return label;
  };

  const makeControl = (before) => {
    const control = document.createElement("fieldset");
    const legend = document.createElement("legend");
    const told = document.createElement("p");
    control.className = "which-language";
    legend.textContent = "Show the texts on this page in";
    told.setAttribute("role", "status");
    control.append(legend, option("", "All languages, side by side"));
    for (const [tag, name] of names) control.append(option(tag, name));
    control.append(told);
    control.addEventListener("change", ({ target }) => {
      chosen = target.value;
      opened.clear();
      keep(chosen);
      apply(told);
    });
    before.before(control);
    return told;
  };

  // Shows the language in which a link's target stands.
  const open = (address, told) => {
    const target = address.length > 1 && document.getElementById(decodeURIComponent(address.slice(1)));
    const part = target && target.closest(`${TEXTS}, ${BOXES}`);
    if (!part?.hidden) return null;
    opened.add(part);
    apply(told);
    return target;
  };

  const first = document.querySelector("#texts-group, fieldset.module:has(.languages)");
  if (first && names.size > 1) {
    chosen = names.has(read()) ? read() : "";
    const told = makeControl(first);
    apply(told);
    document.addEventListener("click", ({ target }) => {
      const link = target.closest?.("a[href^='#']");
      if (link) open(link.getAttribute("href"), told);
    });
    window.addEventListener("hashchange", () => open(location.hash, told)?.scrollIntoView());
    open(location.hash, told)?.scrollIntoView();
  }
}
