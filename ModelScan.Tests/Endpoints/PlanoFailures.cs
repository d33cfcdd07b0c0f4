using System.Globalization;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Endpoints;

/// <summary>What a client gets when a Plano fails.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Said">Whose body: <c>plano</c> for Plano's own bytes, <c>direct</c> for the provider's behind the fallback, else the code of the gateway's error.</param>
/// <param name="Attempts">How many requests were sent, the fallback's included.</param>
/// <param name="Ending">How it ends: whole, or cut off.</param>
internal sealed record PlanoOutcome(int Status, string Said, int Attempts, string Ending = PlanoOutcome.Whole)
{
    public const string Whole = "whole";
    public const string Cut = "cut off";

    public static PlanoOutcome Direct(int attempts) => new(200, "direct", attempts);

    public override string ToString()
    {
        var said = Said switch { "plano" => "Plano's own bytes", "direct" => "direct mode's answer", _ => $"`{Said}`" };
        var ending = Ending switch { Cut => ", then the connection is cut", _ => "" };
        return string.Create(CultureInfo.InvariantCulture, $"{Status}, {said}{ending}; {Attempts} {(Attempts == 1 ? "attempt" : "attempts")}");
    }
}

/// <summary>One way in which a Plano fails, and what follows from it.</summary>
/// <param name="Name">How it fails, for the table.</param>
/// <param name="Script">What it does with its n-th request (from 0); <see langword="null"/> when nobody listens.</param>
internal sealed record PlanoFailure(string Name, Func<RawRequest, int, Task>? Script)
{
    public required PlanoOutcome Plain { get; init; }

    public required PlanoOutcome Streamed { get; init; }

    /// <summary>With <c>fallback: true</c>; the same as without where it is <see langword="null"/>.</summary>
    public PlanoOutcome? FallenBack { get; init; }

    /// <summary>The same for a stream, where it differs.</summary>
    public PlanoOutcome? StreamedFallenBack { get; init; }

    /// <summary>Whether Plano is silent, so that the limits have to be short.</summary>
    public bool IsSilent { get; init; }

    /// <summary>Whether the address says https.</summary>
    public bool IsSecure { get; init; }

    /// <summary>Whether the server speaks TLS, with a certificate of its own making; without a script.</summary>
    public bool HasOwnCertificate { get; init; }

    public override string ToString() => Name;
}

/// <summary>The rows of the table in <c>docs/plano-proxy.md</c>.</summary>
internal static class PlanoFailures
{
    public const string Body = "{\"error\":{\"message\":\"no luck\"}}";
    public const string Event = "data: {\"n\":1}\n\n";

    private static readonly PlanoOutcome Unavailable = new(502, "UpstreamUnavailable", 4);
    private static readonly PlanoOutcome TimedOut = new(504, "UpstreamTimeout", 1);

    public static IReadOnlyList<PlanoFailure> All { get; } =
    [
        new("nobody listens", null) { Plain = Unavailable, Streamed = Unavailable, FallenBack = PlanoOutcome.Direct(5) },
        new("the connection is reset before the headers", Always(request =>
        {
            request.Close();
            return Task.CompletedTask;
        }))
        {
            Plain = Unavailable, Streamed = Unavailable, FallenBack = PlanoOutcome.Direct(5),
        },
        new("the connection is reset after the headers", Always(async request =>
        {
            await request.BeginChunkedAsync(TypeFor(request));
            request.Close();
        }))
        {
            Plain = Unavailable, Streamed = Unavailable, FallenBack = PlanoOutcome.Direct(5),
        },
        new("the connection is reset in the middle of the answer", Always(async request =>
        {
            await request.BeginChunkedAsync(TypeFor(request));
            await request.SendChunkAsync(Event);
            request.Close();
        }))
        {
            Plain = new(200, "plano", 1, PlanoOutcome.Cut), Streamed = new(200, "plano", 1, PlanoOutcome.Cut),
        },
        new("the connection is reset in the middle of an event", Always(async request =>
        {
            await request.BeginChunkedAsync(TypeFor(request));
            await request.SendChunkAsync("data: {\"n\"");
            request.Close();
        }))
        {
            Plain = new(200, "plano", 1, PlanoOutcome.Cut), Streamed = new(200, "plano", 1, PlanoOutcome.Cut), StreamedFallenBack = PlanoOutcome.Direct(5),
        },
        new("429 with Retry-After in seconds, then an answer", Then(ProxyConfig.Error(429, "retry-after: 7\r\n"))) { Plain = new(200, "plano", 2), Streamed = new(200, "plano", 2) },
        new("429 with Retry-After as a date, then an answer", (request, attempt) => attempt == 0
            ? request.SendAsync(ProxyConfig.Error(429, string.Create(CultureInfo.InvariantCulture, $"retry-after: {DateTimeOffset.UtcNow.AddSeconds(8):r}\r\n")))
            : request.SendAsync(ProxyConfig.Ok))
        {
            Plain = new(200, "plano", 2), Streamed = new(200, "plano", 2),
        },
        new("429 with a Retry-After longer than 10 s", Always(request => request.SendAsync(ProxyConfig.Error(429, "retry-after: 120\r\n"))))
        {
            Plain = new(429, "plano", 1), Streamed = new(429, "plano", 1), FallenBack = PlanoOutcome.Direct(2),
        },
        new("429 each time", Always(request => request.SendAsync(ProxyConfig.Error(429)))) { Plain = new(429, "plano", 4), Streamed = new(429, "plano", 4), FallenBack = PlanoOutcome.Direct(5) },
        new("500", Always(request => request.SendAsync(ProxyConfig.Error(500)))) { Plain = new(500, "plano", 1), Streamed = new(500, "plano", 1), FallenBack = PlanoOutcome.Direct(2) },
        Busy(502),
        Busy(503),
        Busy(504),
        new("503, then an answer", Then(ProxyConfig.Error(503))) { Plain = new(200, "plano", 2), Streamed = new(200, "plano", 2) },
        new("401", Always(request => request.SendAsync(ProxyConfig.Error(401)))) { Plain = new(401, "plano", 1), Streamed = new(401, "plano", 1) },
        new("404", Always(request => request.SendAsync(ProxyConfig.Error(404)))) { Plain = new(404, "plano", 1), Streamed = new(404, "plano", 1) },
        new("silence before the headers", Always(request => request.WaitForCloseAsync())) { Plain = TimedOut, Streamed = TimedOut, FallenBack = PlanoOutcome.Direct(2), IsSilent = true },
        new("silence after the headers", Always(async request =>
        {
            await request.BeginChunkedAsync(TypeFor(request));
            await request.WaitForCloseAsync();
        }))
        {
            Plain = TimedOut, Streamed = TimedOut, FallenBack = PlanoOutcome.Direct(2), IsSilent = true,
        },
        new("silence in the middle of the answer", Always(async request =>
        {
            await request.BeginChunkedAsync(TypeFor(request));
            await request.SendChunkAsync(Event);
            await request.WaitForCloseAsync();
        }))
        {
            Plain = new(200, "plano", 1, PlanoOutcome.Cut), Streamed = new(200, "plano", 1, PlanoOutcome.Cut), IsSilent = true,
        },
        new("a body that comes byte by byte", Always(async request =>
        {
            await request.BeginChunkedAsync(TypeFor(request));
            foreach (var character in Event)
                await request.SendChunkAsync(character.ToString());
            await request.EndChunkedAsync();
        }))
        {
            Plain = new(200, "plano", 1), Streamed = new(200, "plano", 1),
        },
        new("an answer that is neither JSON nor events", Always(async request =>
        {
            await request.BeginChunkedAsync(TypeFor(request));
            await request.SendChunkAsync("neither: this\nnor { that\n\n");
            await request.EndChunkedAsync();
        }))
        {
            Plain = new(200, "plano", 1), Streamed = new(200, "plano", 1),
        },
        new("a stream that begins with an error event", Always(async request =>
        {
            await request.BeginChunkedAsync(TypeFor(request));
            await request.SendChunkAsync("data: {\"error\":{\"message\":\"overloaded\"}}\n\n");
            await request.EndChunkedAsync();
        }))
        {
            Plain = new(200, "plano", 1), Streamed = new(200, "plano", 1), StreamedFallenBack = PlanoOutcome.Direct(5),
        },
        NotSecure("no TLS where the address says https", hasOwnCertificate: false),
        NotSecure("TLS with a certificate that nobody trusts", hasOwnCertificate: true),
    ];

    private static PlanoFailure NotSecure(string name, bool hasOwnCertificate) => new(name, null)
    {
        Plain = Unavailable with { Attempts = 1 },
        Streamed = Unavailable with { Attempts = 1 },
        FallenBack = PlanoOutcome.Direct(2),
        IsSecure = true,
        HasOwnCertificate = hasOwnCertificate,
    };

    private static PlanoFailure Busy(int status) => new($"{status} each time", Always(request => request.SendAsync(ProxyConfig.Error(status))))
    {
        Plain = new(status, "plano", 4),
        Streamed = new(status, "plano", 4),
        FallenBack = PlanoOutcome.Direct(5),
    };

    private static Func<RawRequest, int, Task> Always(Func<RawRequest, Task> script) => (request, _) => script(request);

    private static Func<RawRequest, int, Task> Then(string first) => (request, attempt) => request.SendAsync(attempt == 0 ? first : ProxyConfig.Ok);

    private static string TypeFor(RawRequest request) => request.Body.AsSpan().IndexOf("\"stream\":true"u8) >= 0 ? "text/event-stream" : "application/json";
}
