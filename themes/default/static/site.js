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

  // Copying. A text with a credit is copied with it and with the address of its nearest passage.
  // What was done stands on the button, and is told to whoever can't see it.
  var told;
  function copyText(text, button) {
    var label = button.dataset.label = button.dataset.label || button.textContent;
    function say(done) {
      button.textContent = told.textContent = done ? words.copied : words.copyFailed;
      clearTimeout(button.casebookTimer);
      button.casebookTimer = setTimeout(function () {
        button.textContent = label;
        told.textContent = "";
      }, 2000);
    }
    if (!told) {
      told = document.createElement("p");
      told.className = "hide";
      told.setAttribute("role", "status");
      document.body.appendChild(told);
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
  // What a reader sees of a piece of the page, without the signs that lead elsewhere.
  function visibleText(piece) {
    var box = document.createElement("div");
    box.className = "hide";
    box.appendChild(piece);
    box.querySelectorAll(".permalink, .note-ref, .beside, button").forEach(function (sign) { sign.remove(); });
    document.body.appendChild(box);
    var text = box.innerText.trim().replace(/\n{3,}/g, "\n\n");
    box.remove();
    return text;
  }
  function nearestAnchor(text, node) {
    var element = node.nodeType === 1 ? node : node.parentElement;
    var own = element.closest("[id]");
    if (own && text.contains(own) && own.id[0] !== "_" && own !== text) return own.id;
    var last = "";
    text.querySelectorAll("[id]").forEach(function (other) {
      if (/^(_|fn)/.test(other.id)) return;
      if (/^H\d$/.test(other.nodeName) && other.compareDocumentPosition(node) & Node.DOCUMENT_POSITION_FOLLOWING) last = other.id;
    });
    return last;
  }
  function credited(text, words, anchor, markdown) {
    var canonical = document.querySelector('link[rel="canonical"]');
    var address = (canonical ? canonical.href : location.href.replace(/[?#].*/, "")) + (anchor ? "#" + encodeURIComponent(anchor) : "");
    var facts = text.dataset;
    var said = (facts.open || "") + words + (facts.close || "");
    if (!markdown) return said + "\n— " + facts.credit + "\n" + address + "\n";
    var credit = "[" + facts.credit.replace(/[\\[\]*_\x60<]/g, "\\$&") + "](<" + address + ">)";
    return said.replace(/^/gm, "> ").replace(/ +$/gm, "") + "\n>\n> — " + credit + "\n";
  }
  document.querySelectorAll(".copy").forEach(function (one) {
    one.hidden = false;
    one.parentElement.hidden = false;
    one.addEventListener("click", function () {
      var facts = one.dataset;
      if (facts.from) return copyText(document.getElementById(facts.from).innerText.trim() + "\n", one);
      var text = one.closest("[data-credit]");
      var piece = document.getElementById("_words").cloneNode(true);
      piece.removeAttribute("id");
      copyText(credited(text, visibleText(piece), "", facts.words === "markdown"), one);
    });
  });
  // Whoever selects words of a text is offered them with where they stand. Escape declines.
  var offer = document.createElement("div");
  var copier = document.createElement("button");
  offer.className = "offer";
  copier.type = "button";
  copier.className = "button copy";
  offer.appendChild(copier);
  function chosen() {
    var selection = getSelection();
    if (!selection.rangeCount || selection.isCollapsed || !/\S\s*\S/.test(selection.toString())) return null;
    var range = selection.getRangeAt(0);
    var element = range.commonAncestorContainer;
    var text = (element.nodeType === 1 ? element : element.parentElement).closest("[data-credit]");
    return text && { range: range, text: text };
  }
  function showOffer() {
    var choice = chosen();
    if (!choice) return offer.remove();
    var rects = choice.range.getClientRects();
    var end = rects[rects.length - 1];
    if (!end) return offer.remove();
    copier.textContent = copier.dataset.label = choice.text.dataset.offer;
    choice.text.appendChild(offer);
    var width = document.documentElement.clientWidth;
    var left = Math.max(4, Math.min(end.right - offer.offsetWidth / 2, width - offer.offsetWidth - 4));
    // Set by script, as the site's policy allows: no page is published with a style attribute.
    offer.style.left = left + scrollX - holder(offer).left + "px";
    offer.style.top = end.bottom + 6 + scrollY - holder(offer).top + "px";
  }
  function holder(element) {
    var parent = element.offsetParent;
    if (!parent || parent === document.body) return { left: 0, top: 0 };
    var box = parent.getBoundingClientRect();
    return { left: box.left + scrollX, top: box.top + scrollY };
  }
  copier.addEventListener("click", function () {
    var choice = chosen();
    if (!choice) return;
    var words = visibleText(choice.range.cloneContents());
    copyText(credited(choice.text, words, nearestAnchor(choice.text, choice.range.startContainer), false), copier);
  });
  // Pressing the button must not take the selection away.
  copier.addEventListener("mousedown", function (event) { event.preventDefault(); });
  if (document.querySelector("[data-credit]")) {
    var pause;
    document.addEventListener("selectionchange", function () {
      clearTimeout(pause);
      pause = setTimeout(showOffer, 250);
    });
    document.addEventListener("keydown", function (event) {
      if (event.key === "Escape") offer.remove();
    });
  }

  function copyButton(text) {
    var button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = words.copy;
    button.addEventListener("click", function () { copyText(text(), button); });
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
    beside.className = "pairing";
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
