// The graphs of ../graph.h, which says what they are.
package main

import "math/bits"

type graph struct {
	shape    string
	objects  int
	slots    int
	seed     uint64
	interior bool
	order    []uint32
}

func mix(z uint64) uint64 {
	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9
	z = (z ^ (z >> 27)) * 0x94D049BB133111EB
	return z ^ (z >> 31)
}

func draw(seed uint64, place int) uint64 {
	return mix(seed + (uint64(place)+1)*0x9E3779B97F4A7C15)
}

func below(draw uint64, bound int) int {
	high, _ := bits.Mul64(draw, uint64(bound))
	return int(high)
}

func graphOf(arguments []string) *graph {
	g := &graph{
		objects: number(arguments, 1), slots: number(arguments, 2),
		seed: uint64(number(arguments, 3)), interior: number(arguments, 4) == 1,
		shape: arguments[0],
	}
	switch g.shape {
	case "seq", "tree", "rand":
	case "perm", "list":
		g.order = make([]uint32, g.objects)
		for i := range g.order {
			g.order[i] = uint32(i)
		}
		for i := g.objects - 1; i > 0; i-- {
			j := below(draw(g.seed, i), i+1)
			g.order[i], g.order[j] = g.order[j], g.order[i]
		}
	default:
		usage("no shape is called " + g.shape)
	}
	if g.objects < 8 || g.slots != 2 && g.slots != 4 {
		usage("at least 8 objects of 2 or 4 slots")
	}
	return g
}

func (g *graph) object(place int) int {
	if g.order == nil {
		return place
	}
	return int(g.order[place])
}

// Calls set for every slot that is not null, and returns the checksum.
func (g *graph) edges(set func(object, slot, target, word int)) uint64 {
	var sum uint64
	for place := 0; place < g.objects; place++ {
		object := g.object(place)
		for k := 0; k < g.slots; k++ {
			target := -1
			switch g.shape {
			case "seq":
				target = (object + 1 + k) % g.objects
			case "tree", "perm":
				if child := 2*place + 1 + k; k < 2 && child < g.objects {
					target = g.object(child)
				}
			case "rand":
				target = below(draw(g.seed, object*g.slots+k), g.objects)
			case "list":
				if k == 0 && place+1 < g.objects {
					target = g.object(place + 1)
				}
			}
			var value uint64
			if target >= 0 {
				word := 0
				if g.interior {
					word = 1 + (object+k)%(g.slots-1)
				}
				value = uint64(1 + target*8 + word)
				set(object, k, target, word)
			}
			sum += mix(uint64(object*g.slots+k)<<32 ^ value)
		}
	}
	return sum
}
