using Microsoft.AspNetCore.Http;

namespace ModelScan.WebConsole;

/// <summary>The gateway, as the console sees it: its own HTTP API, asked without a connection, and who may look.</summary>
public interface IGateway
{
    /// <summary>The key that opens what administers the gateway; <see langword="null"/> where there is none, and only this machine may.</summary>
    string? AdminKey { get; }

    /// <summary>Sends a request through the gateway's own pipeline, as if it came on the connection of another.</summary>
    /// <param name="context">The request on whose behalf.</param>
    /// <param name="request">What to send.</param>
    /// <param name="answer">Takes the body of the answer while it is written; not closed.</param>
    /// <param name="cancellationToken">Gives up, as a client that leaves.</param>
    /// <returns>The head of the answer, when all of its body is written.</returns>
    Task<GatewayAnswer> SendAsync(HttpContext context, GatewayRequest request, Stream answer, CancellationToken cancellationToken);
}

/// <summary>A request to the gateway's own API.</summary>
/// <param name="Method">GET, POST, PUT, DELETE, PATCH.</param>
/// <param name="Path">Path and query, escaped.</param>
public sealed record GatewayRequest(string Method, string Path)
{
    /// <summary>The body, JSON; empty for none.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>Whether whoever looks was let in: then models may be asked without a key of the gateway's.</summary>
    public bool IsAdmitted { get; init; }

    /// <summary>Further headers.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];
}

/// <summary>The head of an answer of the gateway's.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Headers">The headers.</param>
public sealed record GatewayAnswer(int Status, IHeaderDictionary Headers);
