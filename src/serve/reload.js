// Reloads the page when the archive has changed, and shows what is wrong with it until it is mended.
(function () {
  'use strict';
  var version = Number(document.currentScript.dataset.version);
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

  var source = new EventSource('/__casebook/events');
  source.onmessage = function (event) {
    var state = JSON.parse(event.data);
    if (state.problem) {
      show(state.problem);
    } else if (state.version !== version) {
      // Also after the server was started anew: its count begins again.
      location.reload();
    } else {
      show(null);
    }
  };
  window.addEventListener('pagehide', function () { source.close(); });
})();
