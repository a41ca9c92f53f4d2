-- wrk: the requests of a file, one after the other. Each line is a path, a tab, and the cookie to send with it.
local requests, position = {}, 0

function init(arguments)
  for line in io.lines(arguments[1]) do
    local path, cookie = line:match("^(.-)\t(.*)$")
    requests[#requests + 1] = wrk.format("GET", path, { Cookie = cookie })
  end
end

function request()
  position = position % #requests + 1
  return requests[position]
end

function done(summary, latency)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  io.write(string.format("\nfigures %d %d %d %d %d\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(95), failed))
end
