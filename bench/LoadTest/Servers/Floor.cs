using System.Buffers;
using System.Net;

namespace LoadTest.Servers;

/// <summary>
/// The least that a pass-through on this platform can be: Kestrel in front, <see cref="SocketsHttpHandler"/> behind, nothing
/// decided, read or logged; with the platform's defaults, or, as the gateway does, upon the threads that watch the sockets.
/// </summary>
internal static class Floor
{
    /// <summary>The argument that says so.</summary>
    public const string OnSocketThreads = "on-socket-threads";

    private const int ChunkBytes = 16 * 1024;

    /// <summary>Runs until the process is ended.</summary>
    public static async Task RunAsync(int port, Uri upstream, bool onSocketThreads)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        if (onSocketThreads)
        {
            // The other half is in the environment of the process: PinnedProcess.
            builder.WebHost.UseSockets(sockets => sockets.UnsafePreferInlineScheduling = true);
        }

        await using var app = builder.Build();
        using var client = new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            ActivityHeadersPropagator = null,
            MaxConnectionsPerServer = int.MaxValue,
        });
        app.Run(context => ForwardAsync(context, client, upstream));
        await app.RunAsync();
    }

    private static async Task ForwardAsync(HttpContext context, HttpMessageInvoker client, Uri upstream)
    {
        var length = (int)(context.Request.ContentLength ?? 0);
        var body = ArrayPool<byte>.Shared.Rent(length);
        await context.Request.Body.ReadExactlyAsync(body.AsMemory(0, length), context.RequestAborted);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(upstream, context.Request.Path.Value));
        request.Content = new ReadOnlyMemoryContent(body.AsMemory(0, length));
        request.Content.Headers.TryAddWithoutValidation("content-type", context.Request.ContentType);
        request.Headers.TryAddWithoutValidation("authorization", context.Request.Headers.Authorization.ToString());
        using var response = await client.SendAsync(request, context.RequestAborted);

        // Not after a failure: then the connection may still be reading it.
        ArrayPool<byte>.Shared.Return(body);

        context.Response.StatusCode = (int)response.StatusCode;
        context.Response.ContentType = response.Content.Headers.ContentType?.ToString();
        context.Response.ContentLength = response.Content.Headers.ContentLength;
        await using var answer = await response.Content.ReadAsStreamAsync(context.RequestAborted);
        while (true)
        {
            var read = await answer.ReadAsync(context.Response.BodyWriter.GetMemory(ChunkBytes), context.RequestAborted);
            if (read == 0)
                return;
            context.Response.BodyWriter.Advance(read);
            await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
        }
    }
}
