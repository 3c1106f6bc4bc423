-- What wrk asks for: each line of a file once, in order; the last figure says how many it took.
local requests = {}
local taken = 0
local threads = {}

function setup(thread)
  table.insert(threads, thread)
end

function init(args)
  for path in io.lines(args[1]) do
    requests[#requests + 1] = wrk.format("GET", path)
  end
  there_are = #requests
end

function request()
  asked = taken
  taken = taken + 1
  return requests[(taken - 1) % #requests + 1]
end

function done(summary, latency, _)
  io.write(string.format(
    "FIGURES %d %d %d %d %d %d %d %d\n",
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    summary.errors.status,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout,
    threads[1]:get("asked"), threads[1]:get("there_are")
  ))
end
