// Two conveniences. Every page is whole without them.
(function () {
  "use strict";
  var root = document.documentElement;
  var words = (document.currentScript || {}).dataset || {};

  // A choice of colours, kept in the browser where it lets us.
  var KEY = "casebook-theme";
  var ORDER = ["auto", "light", "dark"];
  function stored() {
    try {
      var value = localStorage.getItem(KEY);
      return ORDER.indexOf(value) > 0 ? value : "auto";
    } catch (error) {
      return "auto";
    }
  }
  function store(value) {
    try {
      if (value === "auto") localStorage.removeItem(KEY);
      else localStorage.setItem(KEY, value);
    } catch (error) { /* The choice then lasts as long as the page. */ }
  }
  var button = document.createElement("button");
  function show(value) {
    if (value === "auto") root.removeAttribute("data-theme");
    else root.setAttribute("data-theme", value);
    var label = words[value] || value;
    button.setAttribute("aria-label", label);
    button.title = label;
  }
  var choice = stored();
  button.type = "button";
  button.className = "theme";
  button.addEventListener("click", function () {
    choice = ORDER[(ORDER.indexOf(choice) + 1) % ORDER.length];
    store(choice);
    show(choice);
  });
  show(choice);
  var header = document.querySelector("header.top");
  if (header) header.appendChild(button);

  // From a disk, no server turns a folder into its index.html.
  if (location.protocol === "file:") {
    var mend = function (event) {
      var link = event.target instanceof Element && event.target.closest("a[href]");
      if (!link || link.protocol !== "file:" || !/\/$/.test(link.pathname)) return;
      link.pathname += "index.html";
    };
    // Before the browser follows, copies or opens the address in a new tab.
    ["click", "auxclick", "contextmenu"].forEach(function (kind) {
      document.addEventListener(kind, mend, true);
    });
  }
})();
