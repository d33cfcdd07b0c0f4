using System.Globalization;
using System.Text;

namespace LoadTest.Load;

/// <summary>Writes the Lua by which wrk makes requests and reports (https://github.com/wg/wrk/blob/master/SCRIPTING).</summary>
internal static class WrkScript
{
    /// <summary>Begins the line with the result.</summary>
    public const string ResultMark = "RESULT";

    private const int Sessions = 1000;

    /// <summary>The script.</summary>
    /// <param name="kind">What is sent.</param>
    /// <param name="body">The body; may hold <see cref="RequestKind.NumberMark"/>.</param>
    /// <param name="meanDelayMs">Mean pause of each connection before a request, spread by half to either side; 0 for none.</param>
    public static string For(RequestKind kind, string body, int meanDelayMs)
    {
        var lua = new StringBuilder("wrk.method = 'POST'\n");
        foreach (var (name, value) in kind.Headers)
            lua.Append(CultureInfo.InvariantCulture, $"wrk.headers['{name}'] = '{value}'\n");
        lua.Append(CultureInfo.InvariantCulture, $"wrk.body = [==[{body}]==]\n");
        lua.Append(Requests(kind.Variety));
        if (meanDelayMs > 0)
        {
            // Spread, so that connections do not all wake at the same moment.
            lua.Append(CultureInfo.InvariantCulture, $"delay = function() return math.random({meanDelayMs / 2}, {meanDelayMs * 3 / 2}) end\n");
        }

        return lua.Append($$"""
            done = function(summary, latency, requests)
              local e = summary.errors
              io.write(string.format('{{ResultMark}} %d %d %d %d %d %d\n', summary.requests, summary.duration,
                latency:percentile(50), latency:percentile(99), e.connect + e.read + e.write + e.timeout, e.status))
            end

            """).ToString();
    }

    private static string Requests(Variety variety) => variety switch
    {
        Variety.Sessions => $$"""
            local made, turn = {}, 0 -- called by wrk.init once the Host header is known
            init = function(args)
              for i = 1, {{Sessions}} do
                wrk.headers['x-model-affinity'] = 'session-' .. i
                made[i] = wrk.format()
              end
            end
            request = function()
              turn = turn % {{Sessions}} + 1
              return made[turn]
            end

            """,
        Variety.Prompts => $$"""
            local turn, start = 0, os.time()
            request = function()
              turn = turn + 1
              return wrk.format(nil, nil, nil, (string.gsub(wrk.body, '{{RequestKind.NumberMark}}', start .. '-' .. turn)))
            end

            """,
        _ => "",
    };
}
