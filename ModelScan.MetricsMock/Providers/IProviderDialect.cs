using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ModelScan.MetricsMock.Providers;

/// <summary>One LLM API: reads its requests, and writes answers, streams and errors in its exact shape.</summary>
internal interface IProviderDialect
{
    /// <summary>The header in which the provider names a request.</summary>
    string RequestIdHeader { get; }

    /// <summary>Whether the provider caches prompts unasked.</summary>
    bool CachesAutomatically { get; }

    /// <summary>Reads a request.</summary>
    /// <exception cref="InvalidFieldException">The API would refuse it.</exception>
    ProviderRequest Read(JsonElement body, IHeaderDictionary headers);

    /// <summary>The whole answer as one JSON object.</summary>
    JsonObject Answer(Exchange exchange);

    /// <summary>The answer as the events of a stream, in order.</summary>
    IEnumerable<StreamEvent> Stream(Exchange exchange);

    /// <summary>An error answer and its status.</summary>
    (int Status, JsonObject Body) Error(ProviderError error, string requestId);

    /// <summary>The header that says what kind of error it is, of APIs that have one.</summary>
    (string Name, string Value)? ErrorHeader(ProviderError error) => null;

    /// <summary>The content type of a stream.</summary>
    string StreamType => "text/event-stream; charset=utf-8";

    /// <summary>An event as it goes over the wire.</summary>
    byte[] Encode(StreamEvent streamEvent) => Encoding.UTF8.GetBytes(streamEvent.ToString());

    /// <summary>The same error in the middle of a stream, as its event number <paramref name="position"/>, counted from 0.</summary>
    StreamEvent ErrorEvent(ProviderError error, string requestId, int position);
}

/// <summary>A server-sent event (https://html.spec.whatwg.org/multipage/server-sent-events.html).</summary>
/// <param name="Name">Its <c>event:</c> line; <see langword="null"/> for none.</param>
/// <param name="Data">Its <c>data:</c> line.</param>
internal readonly record struct StreamEvent(string? Name, string Data)
{
    public static StreamEvent Of(string? name, JsonObject data) => new(name, data.ToWire());

    public override string ToString() => Name is null ? $"data: {Data}\n\n" : $"event: {Name}\ndata: {Data}\n\n";
}

/// <summary>A request and all that its answer is written from.</summary>
/// <param name="Body">The request's JSON; valid as long as the exchange.</param>
/// <param name="Request">What was read from it.</param>
/// <param name="Answer">What the model says.</param>
/// <param name="Usage">What it costs.</param>
/// <param name="CreatedAt">The time in the answer.</param>
/// <param name="Seed">Different for every exchange; the ids come from it.</param>
internal sealed record Exchange(JsonElement Body, ProviderRequest Request, ProviderAnswer Answer, TokenUsage Usage, DateTimeOffset CreatedAt, string Seed)
{
    /// <summary>An id such as <c>call_</c> plus letters and digits; the same for the same place in the same exchange.</summary>
    public string Id(string prefix, int length, int index = 0) => MakeId(prefix, length, $"{Seed}/{index}");

    public static string MakeId(string prefix, int length, string seed)
    {
        const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        var hash = SHA512.HashData(Encoding.UTF8.GetBytes($"{prefix}/{seed}"));
        return string.Create(prefix.Length + length, (prefix, hash), static (id, source) =>
        {
            source.prefix.CopyTo(id);
            for (var index = source.prefix.Length; index < id.Length; index++)
                id[index] = Alphabet[source.hash[(index - source.prefix.Length) % source.hash.Length] % Alphabet.Length];
        });
    }
}

/// <summary>What can be wrong with a request or a provider.</summary>
internal enum ProviderErrorKind
{
    InvalidRequest,
    Unauthorized,
    UnknownModel,
    TooLarge,
    RateLimited,
    ServerError,
    Overloaded,
}

/// <summary>An error to tell the client.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Message">For people.</param>
internal sealed record ProviderError(ProviderErrorKind Kind, string Message)
{
    /// <summary>The field at fault, for APIs that name it.</summary>
    public string? Field { get; init; }

    /// <summary>The code instead of the kind's own, for APIs that have codes.</summary>
    public string? Code { get; init; }

    /// <summary>The status instead of the kind's own.</summary>
    public int? Status { get; init; }
}
