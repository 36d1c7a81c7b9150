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

  // In a map, a box that is pointed at shows what it is joined to: what is below it, and the way back to the question.
  document.querySelectorAll(".map svg").forEach(function (drawing) {
    var edges = [].map.call(drawing.querySelectorAll("[data-ends]"), function (line) {
      return { line: line, ends: line.dataset.ends.split(" ") };
    });
    function light(node, from, to) {
      edges.forEach(function (edge) {
        if (edge.ends[from] !== node) return;
        edge.line.classList.add("on");
        drawing.querySelector('[data-node="' + edge.ends[to] + '"]').classList.add("on");
        if (from === 1) light(edge.ends[to], from, to);
      });
    }
    drawing.addEventListener("pointerover", function (event) {
      drawing.querySelectorAll(".on").forEach(function (lit) { lit.classList.remove("on"); });
      var box = event.target.closest("[data-node]");
      if (!box) return;
      light(box.dataset.node, 0, 1);
      light(box.dataset.node, 1, 0);
    });
    drawing.addEventListener("pointerleave", function () {
      drawing.querySelectorAll(".on").forEach(function (lit) { lit.classList.remove("on"); });
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
