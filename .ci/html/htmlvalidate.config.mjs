// What is HTML by the standard, and what stands in the way of assistive technology.
export default {
  root: true,
  extends: ["html-validate:recommended"],
  rules: {
    // Style, not faults: "<!doctype html>" as the standard itself writes it, and lines that the
    // templates leave empty; compressed, they cost nothing.
    "doctype-style": "off",
    "no-trailing-whitespace": "off",
    // A limit of search engines. Titles here begin with the verdict; a product's name is as long
    // as it is, and training notices say in the title that they are.
    "long-title": "off",
    // The stylesheet keeps telephone numbers on one line.
    "tel-non-breaking": "off",
  },
};
