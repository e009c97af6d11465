package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/tools/cover"
)

// completeProfile adds code that runs but is not a statement to a coverage profile: the case clauses of covered
// switches, and the constants and variables of files with covered code. It runs in the module's folder.
func completeProfile(name string) error {
	profiles, err := cover.ParseProfiles(name)
	if err != nil {
		return err
	}
	mod, err := os.ReadFile("go.mod")
	if err != nil {
		return err
	}
	var added strings.Builder
	for _, p := range profiles {
		path := strings.TrimPrefix(p.FileName, modfile.ModulePath(mod)+"/")
		blocks, err := evaluated(filepath.FromSlash(path), p)
		if err != nil {
			return err
		}
		for _, b := range blocks {
			fmt.Fprintf(&added, "%s:%d.%d,%d.%d 1 1\n", p.FileName, b.from.Line, b.from.Column, b.to.Line, b.to.Column)
		}
	}
	file, err := os.OpenFile(name, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	if _, err := file.WriteString(added.String()); err != nil {
		return err
	}
	return file.Close()
}

type block struct{ from, to token.Position }

func evaluated(path string, p *cover.Profile) (blocks []block, err error) {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	add := func(from, to token.Pos) { blocks = append(blocks, block{files.Position(from), files.Position(to)}) }
	tested := slices.ContainsFunc(p.Blocks, func(b cover.ProfileBlock) bool { return b.Count > 0 })
	for _, d := range file.Decls {
		if values, ok := d.(*ast.GenDecl); ok && tested {
			add(values.Pos(), values.End())
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if s, ok := n.(*ast.SwitchStmt); ok && ran(p, files.Position(s.Pos())) {
			for _, clause := range s.Body.List {
				add(clause.Pos(), clause.(*ast.CaseClause).Colon)
			}
		}
		return true
	})
	return blocks, nil
}

// ran reports whether the statement at pos ran.
func ran(p *cover.Profile, pos token.Position) bool {
	return slices.ContainsFunc(p.Blocks, func(b cover.ProfileBlock) bool {
		before := b.StartLine < pos.Line || b.StartLine == pos.Line && b.StartCol <= pos.Column
		after := pos.Line < b.EndLine || pos.Line == b.EndLine && pos.Column < b.EndCol
		return b.Count > 0 && before && after
	})
}
