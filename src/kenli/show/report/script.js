"use strict";
(() => {
  const root = document.documentElement;
  const figures = JSON.parse(document.getElementById("figures").textContent);
  const chosen = {};
  const hidden = {};
  const sans = getComputedStyle(root).getPropertyValue("--sans");
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const language = () => root.dataset.language;

  // A text of two languages is {"$t": [english, chinese]} wherever it stands in a plot.
  const resolve = (value, index) => {
    if (Array.isArray(value)) return value.map((item) => resolve(item, index));
    if (value && typeof value === "object") {
      if (value.$t) return value.$t[index];
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolve(item, index)]));
    }
    return value;
  };

  const wide = (character) => character.codePointAt(0) > 0x2e7f;
  const shorten = (text, room) => {
    let used = 0;
    for (let place = 0; place < text.length; place += 1) {
      used += wide(text[place]) ? 2 : 1;
      if (used > room) return text.slice(0, Math.max(place - 1, 1)) + "…";
    }
    return text;
  };

  // Narrow pages: shorter labels, fewer ticks, the hover at one point instead of a tall box.
  const fit = (plot, width) => {
    const { layout } = plot;
    layout.font.family = sans;
    layout.showlegend = false;
    const axes = Object.keys(layout).filter((name) => /^[xy]axis/.test(name)).map((name) => layout[name]);
    for (const axis of axes) {
      if (axis.ticktext && axis.showgrid === false && axis.fixedrange && plot.data.some((trace) => trace.orientation === "h")) {
        axis.ticktext = axis.ticktext.map((text) => shorten(text, width < 560 ? 19 : 44));
      }
    }
    if (width < 560) {
      layout.font.size = 11;
      layout.margin = { ...layout.margin, l: Math.min(layout.margin.l, 44), r: 8 };
      if (layout.hovermode === "x unified") layout.hovermode = "closest";
      for (const axis of axes) {
        axis.tickfont = { ...axis.tickfont, size: 10 };
        if (axis.dtick === 86400000) axis.dtick = 2 * 86400000;
      }
    }
    return plot;
  };

  const swatch = (trace) => {
    const colours = [trace.meta && trace.meta.swatch, trace.fillcolor, trace.marker && trace.marker.color, trace.line && trace.line.color];
    return colours.find((colour) => typeof colour === "string") || "#7b858f";
  };

  const drawLegend = (id, plot, place) => {
    const box = document.querySelector(`[data-legend="${CSS.escape(id)}"]`);
    box.textContent = "";
    const named = plot.data.filter((trace) => trace.name && trace.showlegend !== false);
    if (named.length < 2) return;
    for (const trace of named) {
      const key = trace.legendgroup || trace.name;
      const members = plot.data.flatMap((other, index) => ((other.legendgroup || other.name) === key ? [index] : []));
      const button = document.createElement("button");
      const mark = document.createElement("i");
      button.type = "button";
      const isLine = trace.type === "scatter" && !trace.stackgroup && !trace.fill;
      mark.className = isLine ? "line" : "";
      if (isLine) mark.style.borderTopColor = swatch(trace);
      else mark.style.background = swatch(trace);
      const label = new DOMParser().parseFromString(trace.name, "text/html").body.textContent;
      button.append(mark, label);
      const off = hidden[id] && hidden[id].has(members[0]);
      button.setAttribute("aria-pressed", String(!off));
      button.addEventListener("click", () => {
        const set = (hidden[id] ||= new Set());
        const show = set.has(members[0]);
        members.forEach((index) => (show ? set.delete(index) : set.add(index)));
        button.setAttribute("aria-pressed", String(show));
        window.Plotly.restyle(place, { visible: show }, members);
      });
      box.append(button);
    }
  };

  const draw = (place, forcedWidth) => {
    const id = place.dataset.figure;
    const width = forcedWidth || place.clientWidth;
    const source = figures[id][chosen[id] || 0];
    const plot = fit(resolve(source, language() === "en" ? 0 : 1), width);
    if (forcedWidth) plot.layout.width = forcedWidth;
    (hidden[id] || []).forEach((index) => { if (plot.data[index]) plot.data[index].visible = false; });
    const config = { responsive: true, displaylogo: false, displayModeBar: "hover", scrollZoom: false,
      modeBarButtonsToRemove: ["select2d", "lasso2d", "autoScale2d", "zoomIn2d", "zoomOut2d"],
      toImageButtonOptions: { filename: `kenli-${id}`, scale: 2 } };
    place.dataset.drawn = "";
    drawLegend(id, plot, place);
    return window.Plotly.react(place, plot.data, plot.layout, config).then(() => { place.dataset.drawn = "yes"; });
  };

  const places = all("[data-figure]");
  const watcher = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      watcher.unobserve(entry.target);
      draw(entry.target);
    }
  }, { rootMargin: "700px" });
  places.forEach((place) => watcher.observe(place));
  const drawAll = () => Promise.all(places.map((place) => { watcher.unobserve(place); return draw(place); }));
  const isStarted = (place) => place.dataset.drawn !== undefined;

  const setLanguage = (code) => {
    root.dataset.language = code;
    root.lang = code === "en" ? "en" : "zh-Hans";
    all("[data-set-language]").forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.setLanguage === code)));
    all("[data-en]").forEach((item) => { item.textContent = item.dataset[code]; });
    all("[data-search]").forEach(filter);
    places.filter(isStarted).forEach((place) => draw(place));
  };
  all("[data-set-language]").forEach((button) => button.addEventListener("click", () => setLanguage(button.dataset.setLanguage)));

  const choose = (id, value) => {
    chosen[id] = Number(value);
    delete hidden[id];
    all(`button[data-choose="${CSS.escape(id)}"]`).forEach((button) => button.setAttribute("aria-pressed", String(button.value === String(value))));
    all(`[data-remark="${CSS.escape(id)}"]`).forEach((remark) => { remark.hidden = remark.dataset.variant !== String(value); });
    draw(document.querySelector(`[data-figure="${CSS.escape(id)}"]`));
  };
  all("button[data-choose]").forEach((button) => button.addEventListener("click", () => choose(button.dataset.choose, button.value)));
  all("select[data-choose]").forEach((select) => select.addEventListener("change", () => choose(select.dataset.choose, select.value)));

  function filter(input) {
    const table = document.getElementById(input.dataset.search);
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const row of all("tbody tr", table)) {
      const text = row.textContent.toLowerCase();
      row.hidden = !words.every((word) => text.includes(word));
      if (!row.hidden) count += 1;
    }
    const total = all("tbody tr", table).length;
    document.querySelector(`[data-count="${CSS.escape(input.dataset.search)}"]`).textContent = `${count} / ${total}`;
  }
  all("[data-search]").forEach((input) => { input.addEventListener("input", () => filter(input)); filter(input); });

  all(".sort").forEach((button) => button.addEventListener("click", () => {
    const head = button.closest("th");
    const table = head.closest("table");
    const column = [...head.parentNode.children].indexOf(head);
    const order = head.getAttribute("aria-sort") === "ascending" ? "descending" : "ascending";
    all("th", table).forEach((other) => other.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", order);
    const key = (row) => {
      const cell = row.children[column];
      const number = Number(cell.dataset.sort);
      return cell.dataset.sort !== undefined && !Number.isNaN(number) ? number : cell.innerText.trim();
    };
    const sign = order === "ascending" ? 1 : -1;
    const rows = all("tbody tr", table).map((row) => [key(row), row]);
    rows.sort(([a], [b]) => sign * (typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b), root.lang)));
    table.tBodies[0].append(...rows.map(([, row]) => row));
  }));

  const links = new Map(all("nav a").map((link) => [link.getAttribute("href").slice(1), link]));
  const reader = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      links.forEach((link) => link.classList.remove("current"));
      const link = links.get(entry.target.id);
      link.classList.add("current");
      const list = link.closest("ol");
      if (list.scrollWidth > list.clientWidth) list.scrollTo({ left: link.offsetLeft - 40 });
    }
  }, { rootMargin: "-15% 0px -75% 0px" });
  all(".chapter").forEach((chapter) => reader.observe(chapter));

  // Paper is 182 mm wide between its margins; a plot keeps the width it was drawn with.
  const paper = 688;
  let folded = [];
  window.addEventListener("beforeprint", () => {
    folded = all("details:not([open])");
    folded.forEach((item) => { item.open = true; });
    places.forEach((place) => { watcher.unobserve(place); draw(place, paper); });
  });
  window.addEventListener("afterprint", () => {
    folded.forEach((item) => { item.open = false; });
    places.forEach((place) => draw(place));
  });
  window.kenli = { drawAll, setLanguage, choose };
})();
