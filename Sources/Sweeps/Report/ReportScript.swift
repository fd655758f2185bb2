/// The page's script: the table sorts by a column, and a link to texts opens them. Without it, all is there to be read.
enum ReportScript {
  static let sorting = """
    (function () {
      var table = document.querySelector("table.ranking");
      if (!table) return;
      var body = table.tBodies[0];
      var heads = Array.from(table.tHead.rows[0].cells);
      var last = { column: -1, falling: false };
      function value(row, column) {
        var cell = row.cells[column];
        var key = cell.dataset.key;
        return key !== "" ? Number(key) : cell.classList.contains("number") ? NaN : cell.textContent;
      }
      function sort(column) {
        last = { column: column, falling: last.column === column ? !last.falling : false };
        var sign = last.falling ? -1 : 1;
        var rows = Array.from(body.rows);
        rows.sort(function (a, b) {
          var x = value(a, column), y = value(b, column);
          if (typeof x === "string") return sign * x.localeCompare(y, undefined, { numeric: true });
          if (isNaN(x) || isNaN(y)) return isNaN(x) - isNaN(y);
          return sign * (x - y);
        });
        rows.forEach(function (row) { body.appendChild(row); });
        heads.forEach(function (head, index) {
          head.setAttribute("aria-sort", index !== column ? "none" : last.falling ? "descending" : "ascending");
        });
      }
      var choice = document.createElement("select");
      choice.className = "sort";
      choice.setAttribute("aria-label", "Sort the trials");
      choice.add(new Option("Sort by…", ""));
      heads.forEach(function (head, column) {
        choice.add(new Option(head.textContent, column));
        head.tabIndex = 0;
        head.addEventListener("click", function () { sort(column); });
        head.addEventListener("keydown", function (event) {
          if (event.key === "Enter" || event.key === " ") { event.preventDefault(); sort(column); }
        });
      });
      choice.addEventListener("change", function () {
        if (choice.value !== "") sort(Number(choice.value));
      });
      table.parentNode.insertBefore(choice, table);
      table.classList.add("sortable");
      function open() {
        var target = document.getElementById(location.hash.slice(1));
        if (target && target.tagName === "DETAILS") { target.open = true; target.scrollIntoView(); }
      }
      window.addEventListener("hashchange", open);
      open();
    })();
    """
}
