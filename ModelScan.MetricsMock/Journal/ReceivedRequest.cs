using System.Text;
using System.Text.Json.Nodes;

namespace ModelScan.MetricsMock.Journal;

/// <summary>A request as it reached the mock. Everything is as received, credentials too: the mock is for development and tests.</summary>
/// <param name="Sequence">1 for the first request since the start of the process; counts on over resets.</param>
/// <param name="ReceivedAt">When the body was complete.</param>
/// <param name="Method">HTTP method.</param>
/// <param name="Path">Path with its query.</param>
/// <param name="Headers">Names in lower case; several values of one name joined with a comma.</param>
/// <param name="Body">The bytes of the body.</param>
internal sealed record ReceivedRequest(
    long Sequence, DateTimeOffset ReceivedAt, string Method, string Path, IReadOnlyDictionary<string, string> Headers, ReadOnlyMemory<byte> Body)
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The answer's status; <see langword="null"/> while it is being worked on.</summary>
    public int? Status { get; init; }

    /// <summary>Whether the client went away before the answer was complete.</summary>
    public bool ClientLeft { get; init; }

    /// <summary>This request as <c>GET /requests</c> shows it: <c>body</c> as text, or <c>body_base64</c> when it is not UTF-8.</summary>
    public JsonObject ToJson()
    {
        var json = new JsonObject
        {
            ["sequence"] = Sequence,
            ["received_at"] = ReceivedAt,
            ["method"] = Method,
            ["path"] = Path,
            ["headers"] = new JsonObject(Headers.Select(header => KeyValuePair.Create(header.Key, (JsonNode?)header.Value))),
            ["status"] = Status,
            ["client_left"] = ClientLeft,
        };
        try
        {
            json["body"] = StrictUtf8.GetString(Body.Span);
        }
        catch (DecoderFallbackException)
        {
            json["body"] = null;
            json["body_base64"] = Convert.ToBase64String(Body.Span);
        }

        return json;
    }
}
