"use strict";
// Shows the page anew when the archive has changed, and over it what is wrong with the archive.
(() => {
  const script = document.currentScript;
  const isReport = script.dataset.report !== undefined;
  let at = script.dataset.at;

  const show = (text) => {
    document.getElementById("casebook-problem")?.remove();
    const box = document.createElement("section");
    box.id = "casebook-problem";
    box.className = "casebook-problem";
    box.setAttribute("role", "alert");
    const title = document.createElement("h2");
    title.textContent = "The archive has errors; this is how it was before";
    const findings = document.createElement("pre");
    findings.tabIndex = 0;
    findings.textContent = text;
    box.append(title, findings);
    document.body.append(box);
  };

  const pause = (time) => new Promise((done) => setTimeout(done, time));
  const shown = () =>
    document.hidden ? new Promise((done) => document.addEventListener("visibilitychange", done, { once: true })) : null;

  // A browser opens few connections to one server: a page that nobody sees must not hold one.
  const ask = async () => {
    const hidden = new AbortController();
    const hide = () => document.hidden && hidden.abort();
    document.addEventListener("visibilitychange", hide);
    try {
      const address = "/__casebook/events?at=" + encodeURIComponent(at);
      const answer = await fetch(address, { cache: "no-store", signal: hidden.signal });
      return answer.ok ? await answer.json() : null;
    } catch {
      return null;
    } finally {
      document.removeEventListener("visibilitychange", hide);
    }
  };

  const follow = async () => {
    for (;;) {
      await shown();
      const news = await ask();
      if (news === null) {
        await pause(document.hidden ? 0 : 1000);
      } else if (news.problem === null || isReport) {
        location.reload();
        return;
      } else {
        at = news.at;
        show(news.problem.text);
      }
    }
  };
  follow();
})();
