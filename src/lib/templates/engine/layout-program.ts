/**
 * The one Typst program. It reads `/data.json` (`Merged`) and draws it; values arrive as JSON strings, so a
 * party called `#panic("x")` is printed as it is. Field places come back through `query("<place>")` in
 * points from the top left (`templates.md` §5), each a box of fixed size.
 */
export const LAYOUT_PROGRAM = `
#let data = json("/data.json")
#let day = data.date.split("-").map(int)
#set document(title: data.title, date: datetime(year: day.at(0), month: day.at(1), day: day.at(2)))
#set text(font: "Noto Sans", size: 10pt, lang: data.language.split("-").at(0), fill: rgb("#1b1b1f"))
#set par(justify: true, leading: 0.62em, spacing: 0.9em)

// FSI … PDI around what came from the form: "2026/11-0042" keeps its order in any sentence.
#let spans(list) = for s in list {
  if s.value { text(hyphenate: false, "\\u{2068}" + s.text + "\\u{2069}") } else { s.text }
}

#set page(
  paper: "a4",
  margin: (x: 62pt, top: 64pt, bottom: 64pt),
  header: context if counter(page).get().first() > 1 {
    set text(size: 8pt, fill: rgb("#5f6068"))
    spans(data.runningHead)
  },
  footer: context {
    set text(size: 8pt, fill: rgb("#5f6068"))
    let n = counter(page).get().first()
    let m = counter(page).final().first()
    grid(columns: (1fr, auto), spans(data.runningHead), [#n / #m])
  },
)

#show heading: it => block(sticky: true, above: 1.5em, below: 0.7em, text(size: 11.5pt, weight: "bold", it.body))

#let place-box(p) = block(width: p.width * 1pt, height: p.height * 1pt, {
  context {
    let at = here().position()
    [#metadata((name: p.name, kind: p.kind, label: p.label, required: p.required, page: at.page,
      x: at.x.pt(), y: at.y.pt(), w: p.width, h: p.height)) <place>]
  }
  if p.kind == "signature" or p.kind == "text" or p.kind == "date" {
    place(bottom + left, line(length: 100%, stroke: 0.5pt + rgb("#8a8b93")))
  }
})

#let label-of(p) = text(size: 7.5pt, fill: rgb("#5f6068"), p.label)

#for d in data.drawn {
  if d.draw == "title" {
    block(below: 1.1em, text(size: 17pt, weight: "bold", hyphenate: false, par(justify: false, spans(d.spans))))
  } else if d.draw == "paragraph" {
    par(spans(d.spans))
  } else if d.draw == "heading" {
    heading(level: 1, [#d.number #h(0.4em) #spans(d.spans)])
  } else if d.draw == "clause" {
    grid(columns: (26pt, 1fr), text(number-width: "tabular", d.number), par(spans(d.spans)))
    v(0.25em)
  } else if d.draw == "parties" {
    block(above: 1.2em, below: 1.2em, breakable: false, grid(
      columns: d.columns.map(c => 1fr), column-gutter: 24pt,
      ..d.columns.map(c => {
        set par(justify: false)
        text(size: 8pt, fill: rgb("#5f6068"), c.heading)
        for l in c.lines { linebreak(); spans(l) }
      })
    ))
  } else if d.draw == "table" {
    set text(hyphenate: false)
    set par(justify: false)
    block(above: 1em, below: 1.2em, table(
      columns: (1fr,) + d.header.slice(1).map(c => auto),
      align: (x, y) => if d.numeric.at(x) { right } else { left },
      stroke: (x, y) => (bottom: 0.5pt + rgb("#c9c9cf")),
      inset: (x: 6pt, y: 5pt),
      table.header(..d.header.map(h => text(size: 8.5pt, weight: "bold", h))),
      ..d.rows.flatten(),
      table.cell(colspan: d.header.len() - 1, align: right, text(weight: "bold", d.total.label)),
      text(weight: "bold", d.total.amount),
    ))
  } else if d.draw == "signatures" {
    set par(justify: false)
    // Two rows, so that the places of both parties begin at one height.
    block(above: 1.4em, breakable: false, grid(
      columns: d.columns.map(c => 1fr), column-gutter: 24pt, row-gutter: 14pt,
      ..d.columns.map(c => {
        text(weight: "bold", c.heading)
        for l in c.lines { linebreak(); spans(l) }
      }),
      ..d.columns.map(c => for p in c.places {
        stack(spacing: 3pt, place-box(p), label-of(p))
        v(10pt)
      })
    ))
  }
}
`;
