"use client";

import { html } from "@codemirror/lang-html";
import { liquid } from "@codemirror/lang-liquid";
import { syntaxHighlighting } from "@codemirror/language";
import { Compartment, EditorState, Prec } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { classHighlighter } from "@lezer/highlight";
import { basicSetup } from "codemirror";
import { useEffect, useRef } from "react";

export interface CodeEditorProps {
  readonly label: string;
  readonly value: string;
  readonly invalid: boolean;
  readonly describedBy: string;
  readonly variables: readonly string[];
  onChange(text: string): void;
  /** Given once: puts a text where the cursor is. */
  onReady(insert: (text: string) => void): void;
}

const LOOK = EditorView.theme({
  "&": { backgroundColor: "var(--surface)", color: "var(--ink)", fontSize: "0.8125rem", borderRadius: "0.375rem" },
  "&.cm-focused": { outline: "2px solid var(--accent)", outlineOffset: "1px" },
  ".cm-scroller": {
    fontFamily: "var(--font-mono, ui-monospace, monospace)",
    minHeight: "16rem",
    maxHeight: "34rem",
    overflow: "auto",
  },
  ".cm-content": { caretColor: "var(--ink)", padding: "8px 0" },
  ".cm-gutters": { backgroundColor: "var(--sunken)", color: "var(--muted)", borderRight: "1px solid var(--line)" },
  ".cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--sunken) 55%, transparent)" },
  ".cm-activeLineGutter": { backgroundColor: "var(--line)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "var(--accent-soft)",
  },
  "&.cm-focused .cm-matchingBracket": {
    backgroundColor: "var(--accent-soft)",
    outline: "1px solid var(--accent)",
  },
  "&.cm-focused .cm-nonmatchingBracket": { backgroundColor: "var(--bad-soft)" },
  ".cm-tooltip, .cm-panels": { backgroundColor: "var(--surface)", color: "var(--ink)", border: "1px solid var(--line)" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "var(--accent)", color: "var(--accent-ink)" },
  ".tok-typeName, .tok-keyword, .tok-operatorKeyword": { color: "var(--info)" },
  ".tok-propertyName, .tok-variableName, .tok-variableName2": { color: "var(--accent)" },
  ".tok-string, .tok-string2": { color: "var(--good)" },
  ".tok-number, .tok-bool, .tok-literal": { color: "var(--warn)" },
  ".tok-comment, .tok-meta, .tok-punctuation": { color: "var(--muted)" },
  ".tok-invalid": { color: "var(--bad)" },
});

/** Liquid in HTML. Tab leaves it, as it leaves every other field. */
export function CodeEditor({ label, value, invalid, describedBy, variables, onChange, onReady }: CodeEditorProps) {
  const box = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const about = useRef(new Compartment());
  const latest = useRef({ onChange, variables });
  latest.current = { onChange, variables };
  // biome-ignore lint/correctness/useExhaustiveDependencies: made once; what changes later is dispatched below
  useEffect(() => {
    if (box.current === null) return;
    const properties = (path: readonly string[]) => {
      const prefix = `${path.join(".")}.`;
      const names = latest.current.variables.flatMap((name) =>
        name.startsWith(prefix) ? [name.slice(prefix.length).split(".")[0] ?? ""] : [],
      );
      return [...new Set(names)].map((name) => ({ label: name, type: "property" }));
    };
    const editor = new EditorView({
      parent: box.current,
      state: EditorState.create({
        doc: value,
        extensions: [
          basicSetup,
          // Pairs that close by themselves are in the way where HTML stands around Liquid.
          Prec.highest(EditorState.languageData.of(() => [{ closeBrackets: { brackets: [] } }])),
          liquid({
            base: html({ autoCloseTags: false }),
            variables: [...new Set(variables.map((name) => name.split(".")[0] ?? ""))].map((label) => ({
              label,
              type: "variable",
            })),
            properties,
          }),
          syntaxHighlighting(classHighlighter),
          EditorView.lineWrapping,
          LOOK,
          about.current.of([]),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) latest.current.onChange(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = editor;
    onReady((text) => {
      const { from, to } = editor.state.selection.main;
      editor.dispatch({ changes: { from, to, insert: text }, selection: { anchor: from + text.length } });
      editor.focus();
    });
    return () => {
      view.current = null;
      editor.destroy();
    };
  }, []);
  useEffect(() => {
    const attributes = { "aria-label": label, "aria-describedby": describedBy, ...(invalid ? { "aria-invalid": "true" } : {}) };
    view.current?.dispatch({ effects: about.current.reconfigure(EditorView.contentAttributes.of(attributes)) });
  }, [label, describedBy, invalid]);
  useEffect(() => {
    const editor = view.current;
    if (editor === null || editor.state.doc.toString() === value) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } });
  }, [value]);
  return <div ref={box} className={`rounded-md border ${invalid ? "border-bad" : "border-line-strong"}`} />;
}
