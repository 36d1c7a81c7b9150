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

  // Copying. copy(text, button) brings a text to the clipboard and says so on the button, and to whoever can't see it.
  var said;
  function copy(text, button) {
    function say(done) {
      var label = words[done ? "copied" : "copyFailed"];
      button.textContent = label;
      said.textContent = label;
      clearTimeout(button.casebookTimer);
      button.casebookTimer = setTimeout(function () {
        button.textContent = words.copy;
        said.textContent = "";
      }, 2000);
    }
    if (!said) {
      said = document.createElement("p");
      said.className = "hide";
      said.setAttribute("role", "status");
      document.body.appendChild(said);
    }
    if (navigator.clipboard) {
      navigator.clipboard.writeText(text).then(function () { say(true); }, function () { say(copyBySelection(text, button)); });
    } else say(copyBySelection(text, button));
  }
  // Where the browser keeps its clipboard from a page, as it may for one from a disk.
  function copyBySelection(text, button) {
    var area = document.createElement("textarea");
    area.value = text;
    area.className = "hide";
    area.readOnly = true;
    document.body.appendChild(area);
    area.select();
    var done = false;
    try {
      done = document.execCommand("copy");
    } catch (error) { /* It was not copied. */ }
    area.remove();
    button.focus();
    return done;
  }
  function copyButton(text) {
    var button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = words.copy;
    button.addEventListener("click", function () { copy(text(), button); });
    return button;
  }

  // Every block of code can be copied, as it was written.
  document.querySelectorAll("pre.hl").forEach(function (pre) {
    var button = copyButton(function () { return pre.textContent; });
    var variant = pre.closest(".variant");
    if (variant) {
      button.setAttribute("aria-describedby", variant.id + "-name");
      variant.querySelector("h3").id = variant.id + "-name";
      variant.querySelector(".meta").appendChild(button);
      return;
    }
    var frame = document.createElement("div");
    frame.className = "coded";
    pre.replaceWith(frame);
    frame.append(pre, button);
  });

  // Samples: three variants or more become tabs, of which one may stand beside the first.
  var variants = document.querySelector(".variants");
  var panels = variants ? Array.from(variants.querySelectorAll(".variant")) : [];
  if (panels.length > 2) tabs();
  function tabs() {
    var bar = document.createElement("div");
    var list = document.createElement("div");
    var beside = document.createElement("button");
    var baseLines = panels[0].querySelectorAll(".l");
    var chosen = 0;
    var paired = matchMedia("(min-width: 62rem)").matches;
    bar.className = "tabs";
    list.setAttribute("role", "tablist");
    list.setAttribute("aria-label", variants.dataset.label);
    var all = panels.map(function (panel, at) {
      var tab = tabOf(panel);
      tab.addEventListener("click", function () { choose(at); });
      list.appendChild(tab);
      return tab;
    });
    list.addEventListener("keydown", function (event) {
      var to = led(event, chosen, panels.length);
      if (to < 0) return;
      event.preventDefault();
      choose(to);
      all[to].focus();
    });
    beside.type = "button";
    beside.className = "beside";
    beside.textContent = variants.dataset.beside;
    beside.addEventListener("click", function () {
      paired = !paired;
      choose(chosen || 1);
    });
    function choose(at) {
      chosen = at;
      var pair = paired && at > 0;
      variants.classList.toggle("pair", pair);
      beside.setAttribute("aria-pressed", paired);
      panels.forEach(function (panel, n) {
        panel.classList.toggle("chosen", n === at);
        panel.classList.toggle("base", pair && n === 0);
        all[n].setAttribute("aria-selected", n === at);
        all[n].tabIndex = n === at ? 0 : -1;
      });
      markGone(baseLines, pair ? panels[at].dataset.gone : "");
    }
    function follow() {
      var at = panels.findIndex(function (panel) { return "#" + panel.id === location.hash; });
      if (at < 0) return false;
      choose(at);
      variants.scrollIntoView();
      return true;
    }
    bar.append(list, beside);
    variants.prepend(bar);
    variants.classList.add("tabbed");
    addEventListener("hashchange", follow);
    // A link to the place where one already is changes no address.
    document.addEventListener("click", function (event) {
      var link = event.target.closest("a[href]");
      if (link && link.hash === location.hash) follow();
    });
    if (!follow()) choose(paired ? 1 : 0);
  }

  function tabOf(panel) {
    var tab = document.createElement("button");
    tab.type = "button";
    tab.id = panel.id + "-tab";
    tab.textContent = panel.querySelector("h3").textContent;
    tab.setAttribute("role", "tab");
    tab.setAttribute("aria-controls", panel.id);
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", tab.id);
    return tab;
  }
  // What the first has, and the one beside it has not.
  function markGone(lines, places) {
    var gone = (places || "").split(" ");
    lines.forEach(function (line, n) {
      var is = gone.indexOf(String(n)) >= 0;
      line.classList.toggle("differs", is);
      line.classList.toggle("gone", is);
    });
  }
  // Where a key leads from one tab of several; -1 for keys that lead nowhere.
  function led(event, from, count) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return -1;
    var step = getComputedStyle(event.target).direction === "rtl" ? -1 : 1;
    var to = { ArrowRight: from + step, ArrowLeft: from - step, Home: 0, End: count - 1 }[event.key];
    return to === undefined ? -1 : (to + count) % count;
  }

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
