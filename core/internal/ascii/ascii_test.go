package ascii

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestLower(t *testing.T) {
	for s, want := range map[string]string{
		"":                           "",
		"AZ[@az`{09":                 "az[@az`{09",
		"Application/Problem+JSON":   "application/problem+json",
		"\u212a\u0130É群\xff":         "\u212a\u0130É群\xff", // the Kelvin sign, a dotted I, and bytes that are not UTF-8
		"HTTPS://Console.TIM.qq.com": "https://console.tim.qq.com",
	} {
		assert.Equal(t, want, Lower(s))
	}
}
