// Conveniences. Every page is whole without them.
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

  // The key / leads to the search box, unless someone writes or has switched it off.
  var box = document.getElementById("_q");
  var slash = document.getElementById("_slash");
  var SLASH = "casebook-slash";
  function slashWorks() {
    try {
      return localStorage.getItem(SLASH) !== "off";
    } catch (error) {
      return true;
    }
  }
  if (slash) {
    slash.checked = slashWorks();
    slash.closest("[hidden]").hidden = false;
    slash.addEventListener("change", function () {
      try {
        if (slash.checked) localStorage.removeItem(SLASH);
        else localStorage.setItem(SLASH, "off");
      } catch (error) { /* As above. */ }
    });
  }
  document.addEventListener("keydown", function (event) {
    if (!box || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    var target = event.target;
    if (event.key === "/" && slashWorks() && !/^(INPUT|TEXTAREA|SELECT)$/.test(target.nodeName) && !target.isContentEditable) {
      event.preventDefault();
      box.focus();
      box.select();
    } else if (event.key === "Escape" && target === box && header.contains(box)) {
      box.value = "";
      box.blur();
    }
  });

  // Who comes from a hit finds the words of the search marked. Escape removes the marks.
  var asked = new URLSearchParams(location.search).get("mark");
  if (asked && words.reader && !document.getElementById("_find")) {
    load(words.reader, function () {
      var casebook = window.casebook;
      casebook.open(new URL(words.search, location.href).href);
      load(words.search + "root.js", function () {
        casebook.marker(asked).then(function (ranges) {
          mark(document.getElementById("_main"), ranges);
        }).catch(function () { /* The page is whole without marks. */ });
      });
    });
  }
  function load(address, then) {
    var script = document.createElement("script");
    script.src = address;
    script.onload = then;
    document.head.appendChild(script);
  }
  function mark(main, rangesOf) {
    var walker = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
    var found = [];
    while (walker.nextNode()) {
      if (!walker.currentNode.parentElement.closest("script, style, noscript, template, textarea, select, button, svg, math, .math")) {
        var ranges = rangesOf(walker.currentNode.data);
        if (ranges.length) found.push([walker.currentNode, ranges]);
      }
    }
    found.forEach(function (pair) {
      // From the end, so that the places before stay what they are.
      pair[1].reverse().forEach(function (range) {
        pair[0].splitText(range[1]);
        var wrap = document.createElement("mark");
        wrap.className = "found";
        wrap.appendChild(pair[0].splitText(range[0]));
        pair[0].after(wrap);
      });
    });
    document.addEventListener("keydown", function unmark(event) {
      if (event.key !== "Escape" || event.target === box) return;
      document.removeEventListener("keydown", unmark);
      main.querySelectorAll("mark.found").forEach(function (wrap) {
        var parent = wrap.parentNode;
        wrap.replaceWith(wrap.firstChild);
        parent.normalize();
      });
      var address = new URL(location.href);
      address.searchParams.delete("mark");
      try {
        history.replaceState(history.state, "", address);
      } catch (error) { /* The address then keeps the words. */ }
    });
  }

  // A table that can be sorted gets its buttons here: without scripts they would do nothing.
  document.querySelectorAll("table[data-sort]").forEach(function (table) {
    var body = table.tBodies[0];
    function key(row, column) {
      var cell = row.cells[column];
      return cell.dataset.v || cell.textContent.trim();
    }
    Array.prototype.forEach.call(table.tHead.rows[0].cells, function (head, column) {
      var button = document.createElement("button");
      button.type = "button";
      button.setAttribute("aria-label", table.dataset.sort.replace("{column}", head.textContent.trim()));
      button.addEventListener("click", function () {
        var down = head.getAttribute("aria-sort") === "ascending";
        table.querySelectorAll("[aria-sort]").forEach(function (other) { other.removeAttribute("aria-sort"); });
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        var rows = Array.prototype.slice.call(body.rows);
        rows.sort(function (a, b) {
          var order = key(a, column).localeCompare(key(b, column), root.lang, { numeric: true });
          return down ? -order : order;
        });
        rows.forEach(function (row) { body.appendChild(row); });
      });
      head.append(" ", button);
    });
  });

  // From a disk, no server turns a folder into its index.html.
  if (location.protocol === "file:") {
    var mend = function (event) {
      var link = event.target instanceof Element && event.target.closest("a[href]");
      if (!link || link.protocol !== "file:" || !/\/$/.test(link.pathname)) return;
      link.pathname += "index.html";
    };
    document.addEventListener("submit", function (event) {
      event.target.action = event.target.action.replace(/\/$/, "/index.html");
    }, true);
    // Before the browser follows, copies or opens the address in a new tab.
    ["click", "auxclick", "contextmenu"].forEach(function (kind) {
      document.addEventListener(kind, mend, true);
    });
  }
})();
