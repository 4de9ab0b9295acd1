// Turns the LaTeX that pymdownx.arithmatex marks into MathML. KaTeX is beside this file; no network is used.
// If a formula cannot be read, its source stays on the page, and the console says why.
(function () {
  "use strict";

  function draw() {
    document.querySelectorAll(".arithmatex:not([data-drawn])").forEach(function (element) {
      var text = element.textContent.trim();
      var display = text.startsWith("\\[");
      var source = text.slice(2, -2);
      element.setAttribute("data-drawn", "");
      try {
        katex.render(source, element, { output: "mathml", displayMode: display, throwOnError: true, strict: "ignore" });
      } catch (error) {
        console.error("a formula could not be read:", source, error);
      }
    });
  }

  if (document.readyState === "loading") {
    document.addEventListener("DOMContentLoaded", draw);
  } else {
    draw();
  }
})();
