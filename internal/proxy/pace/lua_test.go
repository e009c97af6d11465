package pace

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/parse"
)

// luaRedis runs lease.lua as a Redis would, in virtual time.
type luaRedis struct {
	lua     *lua.LState
	script  *lua.LFunction
	state   string        // of the one key
	process int           // number of the process
	skew    time.Duration // of its clock

	noInfo    bool // the user may not use INFO
	wrongType bool // the key is not a string
}

func newLuaRedis(t *testing.T) *luaRedis {
	parsed, err := parse.Parse(strings.NewReader(script), "lease.lua")
	require.NoError(t, err)
	compiled, err := lua.Compile(parsed, "lease.lua")
	require.NoError(t, err)
	l := lua.NewState()
	t.Cleanup(l.Close)
	r := &luaRedis{lua: l, script: l.NewFunctionFromProto(compiled)}
	r.provide()
	return r
}

func (r *luaRedis) now() time.Time { return time.Now().Add(r.skew) }

// run runs the script with a message and returns its reply.
func (r *luaRedis) run(message []any) []int64 {
	words := make([]any, len(message))
	for i, word := range message {
		words[i] = fmt.Sprint(word)
	}
	r.lua.SetGlobal("KEYS", fromGo(r.lua, []any{"key"}))
	r.lua.SetGlobal("ARGV", fromGo(r.lua, words))
	r.lua.Push(r.script)
	if err := r.lua.PCall(0, 1, nil); err != nil {
		panic(err)
	}
	defer r.lua.Pop(1)
	var reply []int64
	r.lua.CheckTable(-1).ForEach(func(_, n lua.LValue) { reply = append(reply, int64(n.(lua.LNumber))) })
	return reply
}

// provide defines the functions that Redis provides.
func (r *luaRedis) provide() {
	l := r.lua
	call := l.NewFunction(func(l *lua.LState) int {
		switch name := l.CheckString(1); name {
		case "TIME":
			now := r.now()
			l.Push(fromGo(l, []any{fmt.Sprint(now.Unix()), fmt.Sprint(now.Nanosecond() / 1000)}))
		case "INFO":
			if r.noInfo {
				l.Push(table(l, map[string]lua.LValue{"err": lua.LString("NOPERM")}))
				return 1
			}
			l.Push(lua.LString(fmt.Sprintf("# Server\r\nredis_version:7\r\nrun_id:%d\r\n", r.process)))
		case "GET":
			if r.wrongType {
				l.Push(table(l, map[string]lua.LValue{"err": lua.LString("WRONGTYPE")}))
			} else if r.state == "" {
				l.Push(lua.LFalse)
			} else {
				l.Push(lua.LString(r.state))
			}
		case "SET":
			r.state, r.wrongType = l.CheckString(3), false
			l.Push(lua.LString("OK"))
		default:
			l.RaiseError("%s is not known", name)
		}
		return 1
	})
	l.SetGlobal("redis", table(l, map[string]lua.LValue{"call": call, "pcall": call}))
	l.SetGlobal("cjson", table(l, map[string]lua.LValue{
		"decode": l.NewFunction(func(l *lua.LState) int {
			var value any
			if err := json.Unmarshal([]byte(l.CheckString(1)), &value); err != nil || value == nil {
				l.RaiseError("%v", err)
			}
			l.Push(fromGo(l, value))
			return 1
		}),
		"encode": l.NewFunction(func(l *lua.LState) int {
			text, err := json.Marshal(toGo(l.CheckAny(1)))
			if err != nil {
				l.RaiseError("%v", err)
			}
			l.Push(lua.LString(text))
			return 1
		}),
	}))
}

func table(l *lua.LState, fields map[string]lua.LValue) lua.LValue {
	t := l.NewTable()
	for name, value := range fields {
		t.RawSetString(name, value)
	}
	return t
}

func fromGo(l *lua.LState, value any) lua.LValue {
	switch v := value.(type) {
	case string:
		return lua.LString(v)
	case float64:
		return lua.LNumber(v)
	case bool:
		return lua.LBool(v)
	case []any:
		t := l.NewTable()
		for _, item := range v {
			t.Append(fromGo(l, item))
		}
		return t
	case map[string]any:
		t := l.NewTable()
		for name, item := range v {
			t.RawSetString(name, fromGo(l, item))
		}
		return t
	}
	panic(fmt.Sprintf("no Lua value for %T", value))
}

func toGo(value lua.LValue) any {
	switch v := value.(type) {
	case lua.LString:
		return string(v)
	case lua.LNumber:
		return float64(v)
	case lua.LBool:
		return bool(v)
	case *lua.LTable:
		if v.Len() > 0 {
			var items []any
			for i := range v.Len() {
				items = append(items, toGo(v.RawGetInt(i+1)))
			}
			return items
		}
		fields := map[string]any{}
		v.ForEach(func(name, item lua.LValue) { fields[name.String()] = toGo(item) })
		return fields
	}
	panic(fmt.Sprintf("no Go value for %s", value.Type()))
}
