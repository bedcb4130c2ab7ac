-- SPDX-License-Identifier: GPL-2.0
-- wrk's script: each connection waits before a request, for MEAN ms on the average.
-- Arguments: MEAN [close]; with close each request has a connection of its own.
local mean

function init(args)
	mean = tonumber(args[1])
	math.randomseed(mean)
	if args[2] == "close" then
		wrk.headers["Connection"] = "close"
	end
end

function delay()
	return math.random(math.floor(mean / 2), math.ceil(mean * 3 / 2))
end
