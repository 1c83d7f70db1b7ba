// Fetches the page every two seconds and replaces `main`. The server renders and sorts.
"use strict";
(() => {
  const PERIOD = 2000, PATIENCE = 10000;
  const status = document.getElementById("status");
  const pause = document.getElementById("pause");
  let paused = false, newest = 0, lastAnswer = new Date();

  // Set only when it changes, since a screen reader reads it out.
  const say = (text, bad) => {
    if (status.textContent !== text) status.textContent = text;
    status.classList.toggle("bad", bad);
    document.querySelector("main").classList.toggle("old", bad);
  };

  // The page stays while a button is pressed or text is selected.
  let pressed = false;
  addEventListener("pointerdown", () => { pressed = true; }, true);
  for (const end of ["pointerup", "pointercancel", "blur"]) addEventListener(end, () => { pressed = false; }, true);
  const isBeingUsed = () => {
    const selection = getSelection();
    return pressed || !selection.isCollapsed && document.querySelector("main").contains(selection.anchorNode);
  };

  const replace = (fresh) => {
    const focused = document.activeElement?.id;
    const places = [...document.querySelectorAll(".scroll")].map((box) => [box.id, box.scrollLeft, box.scrollTop]);
    document.querySelector("main").replaceWith(fresh);
    for (const [id, left, top] of places) {
      const box = document.getElementById(id);
      if (box) [box.scrollLeft, box.scrollTop] = [left, top];
    }
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  };

  const refresh = async () => {
    const mine = ++newest;
    try {
      const answer = await fetch(location.href, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
      if (!answer.ok) throw new Error(`status ${answer.status}`);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector("main");
      if (!fresh) throw new Error("not this page");
      if (mine !== newest) return;
      lastAnswer = new Date();
      if (!isBeingUsed()) replace(fresh);
      say(paused ? "paused" : "live", false);
    } catch (error) {
      if (mine === newest) say(`no answer since ${lastAnswer.toLocaleTimeString()} (${error.message})`, true);
    }
  };

  const tick = async () => {
    if (!paused && !document.hidden && !isBeingUsed()) await refresh();
    setTimeout(tick, PERIOD);
  };

  pause.hidden = false;
  pause.addEventListener("click", () => {
    paused = !paused;
    pause.textContent = paused ? "Resume" : "Pause";
    pause.setAttribute("aria-pressed", String(paused));
    say(paused ? "paused" : "live", false);
    if (paused) newest++; // discards the answer on its way
    else refresh();
  });

  document.addEventListener("click", (event) => {
    const link = event.target.closest("thead a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    history.pushState(null, "", link.href);
    refresh();
  });
  addEventListener("popstate", refresh);

  say("live", false);
  setTimeout(tick, PERIOD);
})();
