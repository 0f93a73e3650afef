extension HTMLPage {
  /// What makes a page more comfortable: rows are filtered and sorted, and the address keeps how, so that a
  /// link shows the same.
  ///
  /// A page whose script doesn't run lacks nothing else.
  ///
  /// The address ends with `#case-…&q=words&sort=table.column.a`, each part of it optional.
  static let script = """
    (function () {
    "use strict";
    var d = document, tools = d.getElementById("tools");
    var filter = d.getElementById("filter") || d.createElement("input");
    var found = d.getElementById("found") || d.createElement("span");
    var order = "", units = {ns: 1, "µs": 1e3, ms: 1e6, s: 1e9, B: 1, kB: 1e3, MB: 1e6, GB: 1e9};
    function all(q, e) { return Array.prototype.slice.call((e || d).querySelectorAll(q)); }
    function state() {
      var s = {id: "", q: "", sort: ""};
      location.hash.slice(1).split("&").forEach(function (part) {
        var at = part.indexOf("="), key = part.slice(0, at);
        try {
          if (at < 0) s.id = decodeURIComponent(part);
          else if (key === "q" || key === "sort") s[key] = decodeURIComponent(part.slice(at + 1));
        } catch (e) { return; }
      });
      return s;
    }
    function keep(id) {
      var parts = [];
      if (id) parts.push(id);
      if (filter.value) parts.push("q=" + encodeURIComponent(filter.value));
      if (order) parts.push("sort=" + order);
      try { history.replaceState(null, "", "#" + parts.join("&")); } catch (e) { return; }
    }
    function show(id) {
      all(".target").forEach(function (e) { e.classList.remove("target"); });
      var e = id && d.getElementById(id);
      if (!e) return;
      e.hidden = false;
      for (var p = e; p; p = p.parentElement) if (p.tagName === "DETAILS") p.open = true;
      if (e.tagName === "TR") e.classList.add("target");
      e.scrollIntoView();
    }
    function narrow() {
      var words = filter.value.toLowerCase().trim(), shown = 0, rows = 0;
      all("section").forEach(function (section) {
        var h = section.querySelector("h2"), name = h ? h.textContent : "";
        if (!section.querySelector(".sortable")) return;
        all(".sortable tbody tr, table:not(.sortable) tbody", section).forEach(function (row) {
          var cells = all("th, td", row).map(function (cell) { return cell.textContent; });
          row.hidden = (name + " " + cells.join(" ")).toLowerCase().indexOf(words) < 0;
          if (row.tagName === "TR") { rows++; shown += row.hidden ? 0 : 1; }
        });
      });
      found.textContent = words ? shown + " of " + rows + " rows" : "";
    }
    function value(cell) {
      var m = /^[^\\d−-]*([−-]?[\\d,]+(?:\\.\\d+)?)\\s*(\\S*)/.exec(cell ? cell.textContent : "");
      return m ? parseFloat(m[1].replace(/,/g, "").replace("−", "-")) * (units[m[2]] || 1) : NaN;
    }
    function sort(table, column, descending) {
      var body = table.tBodies[0], sign = descending ? -1 : 1;
      var isText = table.tHead.rows[0].cells[column].classList.contains("t");
      var rows = all("tr", body).map(function (row, place) {
        var cell = row.cells[column];
        return {row: row, place: place, text: cell ? cell.textContent : "", number: value(cell)};
      });
      rows.sort(function (a, b) {
        if (isText) return sign * a.text.localeCompare(b.text) || a.place - b.place;
        if (isNaN(a.number) || isNaN(b.number)) return isNaN(a.number) - isNaN(b.number) || a.place - b.place;
        return sign * (a.number - b.number) || a.place - b.place;
      });
      rows.forEach(function (one) { body.appendChild(one.row); });
      all("th", table.tHead).forEach(function (th, i) {
        if (i === column) th.setAttribute("aria-sort", descending ? "descending" : "ascending");
        else th.removeAttribute("aria-sort");
      });
      order = table.id + "." + column + (descending ? ".d" : ".a");
    }
    function apply() {
      var s = state(), parts = s.sort.split("."), table = parts.length === 3 && d.getElementById(parts[0]);
      if (s.q) filter.value = s.q;
      if (table && table.classList.contains("sortable") && table.tHead.rows[0].cells[parts[1]])
        sort(table, +parts[1], parts[2] === "d");
      narrow();
      show(s.id);
      return s;
    }
    all("table.sortable").forEach(function (table) {
      all("thead th", table).forEach(function (th, column) {
        var button = d.createElement("button");
        button.type = "button";
        while (th.firstChild) button.appendChild(th.firstChild);
        th.appendChild(button);
        button.addEventListener("click", function () {
          sort(table, column, th.getAttribute("aria-sort") === "ascending");
          keep(state().id);
        });
      });
    });
    if (tools) tools.hidden = false;
    filter.addEventListener("input", function () { narrow(); keep(""); });
    window.addEventListener("hashchange", function () { keep(apply().id); });
    window.addEventListener("beforeprint", function () {
      all("details").forEach(function (e) { e.open = true; });
    });
    apply();
    })();
    """
}
