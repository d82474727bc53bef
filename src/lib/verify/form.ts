import { decodeLatin1 } from '../bytes/latin1.ts';
import { decodeUtf8 } from '../bytes/utf8.ts';
import type { PdfDocument } from '../pdf/document.ts';
import { PdfDict, PdfName, type PdfObject, PdfRef, PdfString } from '../pdf/objects.ts';

/** One node of the form's tree (ISO 32000-2 §12.7.4): a field, or a group that only names. */
export interface FormNode {
  /** Fully qualified: partial names joined by dots. */
  readonly name: string;
  /** Null when the dictionary stands directly in its array. */
  readonly ref: PdfRef | null;
  readonly dict: PdfDict;
  readonly parent: FormNode | null;
  /** Kids that are fields themselves (have /T). */
  readonly fields: readonly FormNode[];
  /** Kids that are only widgets of this field. */
  readonly widgets: readonly { readonly ref: PdfRef | null; readonly dict: PdfDict }[];
}

const MAX_NODES = 20_000;
const MAX_DEPTH = 32;

/** Text string (§7.9.2.2): UTF-16BE or UTF-8 with its mark, else PDFDocEncoding, read as Latin-1. */
export function textOf(object: PdfObject | undefined): string {
  if (object instanceof PdfName) return object.name;
  if (!(object instanceof PdfString)) return '';
  const { bytes } = object;
  if (bytes[0] === 0xfe && bytes[1] === 0xff) {
    let text = '';
    for (let i = 2; i + 1 < bytes.length; i += 2)
      text += String.fromCharCode(((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0));
    return text;
  }
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return decodeUtf8(bytes.subarray(3)) ?? '';
  return decodeLatin1(bytes);
}

/** The form of a document as a tree; every node once, loops are cut. */
export class Form {
  readonly roots: readonly FormNode[];
  /** Every node, in the order of the tree. */
  readonly nodes: FormNode[] = [];
  /** All nodes by name; a name that stands twice keeps its first node and is in `twice`. */
  readonly byName = new Map<string, FormNode>();
  readonly twice: string[] = [];
  /** All nodes and widgets by object number. */
  readonly byNumber = new Map<number, { readonly node: FormNode; readonly widget: boolean }>();
  /** A node that is no dictionary, a loop, or more nodes than anybody can read. */
  readonly broken: string[] = [];
  private count = 0;

  constructor(private readonly doc: PdfDocument) {
    const form = doc.dict(doc.catalog.get('AcroForm'));
    this.roots = form === null ? [] : this.read(form.get('Fields'), null, 0);
  }

  private read(list: PdfObject | undefined, parent: FormNode | null, depth: number): FormNode[] {
    const nodes: FormNode[] = [];
    for (const item of this.doc.array(list) ?? []) {
      const node = this.node(item, parent, depth);
      if (node !== null) nodes.push(node);
    }
    return nodes;
  }

  private node(item: PdfObject, parent: FormNode | null, depth: number): FormNode | null {
    const dict = this.doc.resolve(item);
    const ref = item instanceof PdfRef ? item : null;
    this.count += 1;
    if (!(dict instanceof PdfDict) || this.count > MAX_NODES || depth > MAX_DEPTH) {
      this.broken.push('a field that cannot be read');
      return null;
    }
    if (ref !== null && this.byNumber.has(ref.num)) {
      this.broken.push('a field that stands twice in the tree');
      return null;
    }
    const own = dict.has('T') ? textOf(this.doc.resolve(dict.get('T'))) : '';
    const name = parent === null ? own : own === '' ? parent.name : `${parent.name}.${own}`;
    const fields: FormNode[] = [];
    const widgets: { ref: PdfRef | null; dict: PdfDict }[] = [];
    const node: FormNode = { name, ref, dict, parent, fields, widgets };
    this.nodes.push(node);
    if (ref !== null) this.byNumber.set(ref.num, { node, widget: false });
    if (this.byName.has(name)) this.twice.push(name);
    else this.byName.set(name, node);
    for (const kid of this.doc.array(dict.get('Kids')) ?? []) {
      const below = this.doc.resolve(kid);
      if (!(below instanceof PdfDict)) {
        this.broken.push('a kid that is no dictionary');
        continue;
      }
      if (below.has('T')) {
        const field = this.node(kid, node, depth + 1);
        if (field !== null) fields.push(field);
      } else {
        const widget = { ref: kid instanceof PdfRef ? kid : null, dict: below };
        widgets.push(widget);
        if (widget.ref !== null && !this.byNumber.has(widget.ref.num)) {
          this.byNumber.set(widget.ref.num, { node, widget: true });
        }
      }
    }
    return node;
  }

  /** A field's own or inherited entry (§12.7.4.1), resolved; null when absent. */
  inherited(node: FormNode, key: string): PdfObject {
    for (let at: FormNode | null = node; at !== null; at = at.parent) {
      const value = this.doc.resolve(at.dict.get(key));
      if (value !== null) return value;
    }
    return null;
  }

  /** /FT: `Sig`, `Tx`, `Btn`, `Ch`, or empty. */
  typeOf(node: FormNode): string {
    const type = this.inherited(node, 'FT');
    return type instanceof PdfName ? type.name : '';
  }

  /** References to every node and widget. */
  refs(): PdfRef[] {
    return [...this.byNumber.keys()].map((num) => new PdfRef(num, 0));
  }

  /** Whether a signature field of this name has its value. */
  isSigned(name: string): boolean {
    const node = this.byName.get(name);
    return node !== undefined && this.inherited(node, 'V') !== null;
  }

  /** Fields that can hold a value: those without fields below them. */
  terminals(): FormNode[] {
    const found: FormNode[] = [];
    const walk = (node: FormNode): void => {
      if (node.fields.length === 0) found.push(node);
      else node.fields.forEach(walk);
    };
    this.roots.forEach(walk);
    return found;
  }
}

const forms = new WeakMap<PdfDocument, Form>();

/** The form of a document; read once for each view of a revision. */
export function formOf(doc: PdfDocument): Form {
  let form = forms.get(doc);
  if (form === undefined) {
    form = new Form(doc);
    forms.set(doc, form);
  }
  return form;
}
