// Package time: durations, the clock, and waiting.
//
// A timer is a goroutine that sleeps; programs do not count it. One that is stopped sleeps on and
// then does nothing, so a deadlock need not wait for it: it is discounted until it wakes.
package time

import "internal/machine"

type Duration int64

const (
	Nanosecond  Duration = 1
	Microsecond          = 1000 * Nanosecond
	Millisecond          = 1000 * Microsecond
	Second               = 1000 * Millisecond
	Minute               = 60 * Second
	Hour                 = 60 * Minute
)

func (d Duration) Nanoseconds() int64  { return int64(d) }
func (d Duration) Microseconds() int64 { return int64(d) / 1000 }
func (d Duration) Milliseconds() int64 { return int64(d) / 1000000 }
func (d Duration) Seconds() float64    { return float64(d/Second) + float64(d%Second)/1e9 }
func (d Duration) Minutes() float64    { return float64(d/Minute) + float64(d%Minute)/6e10 }
func (d Duration) Hours() float64      { return float64(d/Hour) + float64(d%Hour)/3.6e12 }

func (d Duration) Abs() Duration {
	switch {
	case d >= 0:
		return d
	case d == -1<<63:
		return 1<<63 - 1
	}
	return -d
}

func (d Duration) Truncate(m Duration) Duration {
	if m <= 0 {
		return d
	}
	return d - d%m
}

func (d Duration) Round(m Duration) Duration {
	if m <= 0 {
		return d
	}
	r := d % m
	if d < 0 {
		if -r+-r < m {
			return d - r
		}
		if d1 := d - m - r; d1 < d {
			return d1
		}
		return -1 << 63
	}
	if r+r < m {
		return d - r
	}
	if d1 := d + m - r; d1 > d {
		return d1
	}
	return 1<<63 - 1
}

func decimal(u uint64) string {
	if u < 10 {
		return string(rune('0' + u))
	}
	return decimal(u/10) + string(rune('0'+u%10))
}

// fraction is u / unit with as many decimals as it has.
func fraction(u, unit uint64) string {
	text := decimal(u / unit)
	if rest := u % unit; rest > 0 {
		text += "."
		for rest > 0 {
			unit /= 10
			text += decimal(rest / unit)
			rest %= unit
		}
	}
	return text
}

// String is as 72h3m0.5s, or below a second with a smaller unit.
func (d Duration) String() string {
	if d == 0 {
		return "0s"
	}
	u, sign := uint64(d), ""
	if d < 0 {
		u, sign = -u, "-"
	}
	switch {
	case u < 1000:
		return sign + decimal(u) + "ns"
	case u < 1000000:
		return sign + fraction(u, 1000) + "µs"
	case u < 1000000000:
		return sign + fraction(u, 1000000) + "ms"
	}
	minutes := u / 60000000000
	text := fraction(u%60000000000, 1000000000) + "s"
	if minutes > 0 {
		text = decimal(minutes%60) + "m" + text
		if minutes >= 60 {
			text = decimal(minutes/60) + "h" + text
		}
	}
	return sign + text
}

type Month int
type Weekday int

const (
	January Month = 1 + iota
	February
	March
	April
	May
	June
	July
	August
	September
	October
	November
	December
)

const (
	Sunday Weekday = iota
	Monday
	Tuesday
	Wednesday
	Thursday
	Friday
	Saturday
)

func (m Month) String() string {
	switch m {
	case January:
		return "January"
	case February:
		return "February"
	case March:
		return "March"
	case April:
		return "April"
	case May:
		return "May"
	case June:
		return "June"
	case July:
		return "July"
	case August:
		return "August"
	case September:
		return "September"
	case October:
		return "October"
	case November:
		return "November"
	case December:
		return "December"
	}
	return "%!Month(" + decimal(uint64(m)) + ")"
}

func (d Weekday) String() string {
	switch d {
	case Sunday:
		return "Sunday"
	case Monday:
		return "Monday"
	case Tuesday:
		return "Tuesday"
	case Wednesday:
		return "Wednesday"
	case Thursday:
		return "Thursday"
	case Friday:
		return "Friday"
	case Saturday:
		return "Saturday"
	}
	return "%!Weekday(" + decimal(uint64(d)) + ")"
}

// Time is nanoseconds since 1970, and where it comes from the clock since the machine's start.
type Time struct {
	wall      int64
	monotonic int64
	isSet     bool
}

func Now() Time {
	wall, monotonic := machine.Clock()
	return Time{wall, monotonic, true}
}

func Unix(sec int64, nsec int64) Time { return Time{sec*1000000000 + nsec, 0, true} }
func UnixMilli(msec int64) Time       { return Time{msec * 1000000, 0, true} }

func (t Time) Sub(u Time) Duration {
	if t.monotonic != 0 && u.monotonic != 0 {
		return Duration(t.monotonic - u.monotonic)
	}
	return Duration(t.wall - u.wall)
}

func (t Time) Add(d Duration) Time {
	t.wall += int64(d)
	if t.monotonic != 0 {
		t.monotonic += int64(d)
	}
	return t
}

func (t Time) Before(u Time) bool { return t.Sub(u) < 0 || !t.isSet && u.isSet }
func (t Time) After(u Time) bool  { return u.Before(t) }
func (t Time) Equal(u Time) bool  { return t.isSet == u.isSet && t.Sub(u) == 0 }
func (t Time) Compare(u Time) int {
	switch {
	case t.Before(u):
		return -1
	case u.Before(t):
		return 1
	}
	return 0
}
func (t Time) IsZero() bool     { return !t.isSet }
func (t Time) Unix() int64      { return t.wall / 1000000000 }
func (t Time) UnixMilli() int64 { return t.wall / 1000000 }
func (t Time) UnixMicro() int64 { return t.wall / 1000 }
func (t Time) UnixNano() int64  { return t.wall }
func (t Time) Nanosecond() int  { return int(t.wall % 1000000000) }

func Since(t Time) Duration { return Now().Sub(t) }
func Until(t Time) Duration { return t.Sub(Now()) }

func Sleep(d Duration) { machine.Sleep(int64(d)) }

type Timer struct {
	C      <-chan Time
	send   chan Time
	f      func()
	number int
	isSet  bool
}

func (t *Timer) start(d Duration) {
	t.number++
	t.isSet = true
	number := t.number
	go func() {
		machine.Background()
		machine.Sleep(int64(d))
		if !t.isSet || t.number != number {
			machine.Discount(-1)
			return
		}
		t.isSet = false
		if t.f != nil {
			go t.f()
			return
		}
		select {
		case t.send <- Now():
		default:
		}
	}()
}

func NewTimer(d Duration) *Timer {
	c := make(chan Time, 1)
	t := &Timer{C: c, send: c}
	t.start(d)
	return t
}

func AfterFunc(d Duration, f func()) *Timer {
	t := &Timer{f: f}
	t.start(d)
	return t
}

// Stop also takes back what was sent and nobody has received.
func (t *Timer) Stop() bool {
	wasSet := t.isSet
	t.isSet = false
	if wasSet {
		machine.Discount(1)
	}
	if t.send != nil {
		select {
		case <-t.send:
			wasSet = true
		default:
		}
	}
	return wasSet
}

func (t *Timer) Reset(d Duration) bool {
	wasSet := t.Stop()
	t.start(d)
	return wasSet
}

func After(d Duration) <-chan Time { return NewTimer(d).C }

type Ticker struct {
	C      <-chan Time
	send   chan Time
	number int
	isSet  bool
}

func (t *Ticker) start(d Duration) {
	t.Stop()
	t.isSet = true
	number := t.number
	go func() {
		machine.Background()
		for next := Now().Add(d); ; next = next.Add(d) {
			machine.Sleep(int64(Until(next)))
			if t.number != number {
				machine.Discount(-1)
				return
			}
			select {
			case t.send <- Now():
			default:
			}
		}
	}()
}

func NewTicker(d Duration) *Ticker {
	if d <= 0 {
		panic("non-positive interval for NewTicker")
	}
	c := make(chan Time, 1)
	t := &Ticker{C: c, send: c}
	t.start(d)
	return t
}

func (t *Ticker) Stop() {
	if t.isSet {
		t.isSet = false
		t.number++
		machine.Discount(1)
	}
}
func (t *Ticker) Reset(d Duration) {
	if d <= 0 {
		panic("non-positive interval for Ticker.Reset")
	}
	t.start(d)
}

func Tick(d Duration) <-chan Time {
	if d <= 0 {
		return nil
	}
	return NewTicker(d).C
}
