// Reloads the page when it has changed, exchanges its style sheets when only they have, and shows what is wrong with the
// archive until it is mended.
(function () {
  'use strict';
  var digest = document.currentScript.dataset.page;
  var panel = null;

  function show(problem) {
    if (!panel) {
      var sheet = document.createElement('link');
      sheet.rel = 'stylesheet';
      sheet.href = '/__casebook/reload.css';
      document.head.appendChild(sheet);
      panel = document.createElement('section');
      panel.className = 'casebook-problem';
      panel.setAttribute('role', 'alert');
      panel.appendChild(document.createElement('pre'));
      document.body.appendChild(panel);
    }
    panel.hidden = !problem;
    panel.firstChild.textContent = problem || '';
  }

  // The name of a style sheet, without the folder and the hash in its path.
  function name(path) {
    return path.replace(/^.*\/static\//, '').replace(/\.[0-9a-f]{10}(\.css)$/, '$1');
  }

  function restyle(styles) {
    document.querySelectorAll('link[rel~="stylesheet"]').forEach(function (link) {
      var path = new URL(link.href).pathname;
      var now = styles[name(path)];
      if (!now || path.endsWith('/' + now)) return;
      // The old one stays until the new one is there, so that the page is never without.
      var next = link.cloneNode();
      next.href = '/' + now;
      next.addEventListener('load', function () { link.remove(); });
      link.after(next);
    });
  }

  var query = 'page=' + encodeURIComponent(location.pathname) + '&digest=' + digest;
  var source = new EventSource('/__casebook/events?' + query);
  source.onmessage = function (event) {
    var news = JSON.parse(event.data);
    if (news.changed) {
      location.reload();
      return;
    }
    if (news.problem || panel) show(news.problem);
    restyle(news.styles);
  };
  window.addEventListener('pagehide', function () { source.close(); });
})();
