package storetest

import (
	"fmt"
	"reflect"

	"veltrix/game"
	"veltrix/game/hunt"
)

// difference says where two values differ, or returns "". Nil and empty are the
// same, a definition is its source and revision, nonces do not count because they
// are random, and attempts that say nothing are as good as none.
func difference(want, got any) string {
	return differs("", reflect.ValueOf(want), reflect.ValueOf(got))
}

func differs(at string, want, got reflect.Value) string {
	if !want.IsValid() || !got.IsValid() {
		if want.IsValid() != got.IsValid() {
			return fmt.Sprintf("%s: want %v, got %v", at, want, got)
		}
		return ""
	}
	switch want.Kind() {
	case reflect.Pointer:
		if want.IsNil() || got.IsNil() {
			if want.IsNil() != got.IsNil() {
				return fmt.Sprintf("%s: want nil %v, got nil %v", at, want.IsNil(), got.IsNil())
			}
			return ""
		}
		if d, ok := reflect.TypeAssert[*hunt.Definition](want); ok {
			o := got.Interface().(*hunt.Definition)
			if d.Rev != o.Rev || string(d.Source) != string(o.Source) {
				return fmt.Sprintf("%s: want definition rev %d, got %d (or other source)", at, d.Rev, o.Rev)
			}
			return ""
		}
		return differs(at, want.Elem(), got.Elem())
	case reflect.Struct:
		for i := range want.NumField() {
			f := want.Type().Field(i)
			if f.Name == "Nonce" {
				continue
			}
			if s := differs(at+"."+f.Name, want.Field(i), got.Field(i)); s != "" {
				return s
			}
		}
		return ""
	case reflect.Slice:
		if want.Len() != got.Len() {
			return fmt.Sprintf("%s: want %d elements %+v, got %d %+v", at, want.Len(), want, got.Len(), got)
		}
		for i := range want.Len() {
			if s := differs(fmt.Sprintf("%s[%d]", at, i), want.Index(i), got.Index(i)); s != "" {
				return s
			}
		}
		return ""
	case reflect.Map:
		return mapDiffers(at, want, got)
	}
	if !want.Equal(got) {
		return fmt.Sprintf("%s: want %v, got %v", at, want, got)
	}
	return ""
}

func mapDiffers(at string, want, got reflect.Value) string {
	for _, keys := range [][]reflect.Value{want.MapKeys(), got.MapKeys()} {
		for _, k := range keys {
			w, g := want.MapIndex(k), got.MapIndex(k)
			if silent(w) && silent(g) {
				continue
			}
			if s := differs(fmt.Sprintf("%s[%v]", at, k), w, g); s != "" {
				return s
			}
		}
	}
	return ""
}

// silent reports whether a map's value is missing or says nothing.
func silent(v reflect.Value) bool {
	if !v.IsValid() {
		return true
	}
	switch x := v.Interface().(type) {
	case game.Attempts:
		return x.Count == 0 && x.RetryAt == 0 && x.Pending == nil && len(x.Recent)+len(x.Answers)+len(x.Events) == 0
	case game.Tally:
		return x == game.Tally{}
	}
	return false
}
