using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ModelScan.WebConsole;

/// <summary>
/// Renders components to HTML, once: nothing of a page stays in the gateway's memory when it is sent. Components are given everything that
/// they show, so none of them waits, and none needs a service.
/// </summary>
/// <param name="loggers">Where components' faults go.</param>
internal sealed class Rendering(ILoggerFactory loggers)
{
    private const int PieceSize = 16 << 10;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>A component as HTML.</summary>
    /// <param name="parameter">The one parameter's name.</param>
    /// <param name="value">Its value.</param>
    public async Task<string> ToHtmlAsync<TComponent>(string parameter, object value)
        where TComponent : IComponent
    {
        await using var renderer = new HtmlRenderer(Services.None, loggers);
        return await renderer.Dispatcher.InvokeAsync(async () =>
        {
            var root = await renderer.RenderComponentAsync<TComponent>(ParameterView.FromDictionary(new Dictionary<string, object?> { [parameter] = value }));
            return root.ToHtmlString();
        });
    }

    /// <summary>Answers with a component.</summary>
    /// <param name="context">The request.</param>
    /// <param name="status">The HTTP status.</param>
    /// <param name="coding">How it is compressed; <see langword="null"/> for not at all.</param>
    /// <param name="parameter">The one parameter's name.</param>
    /// <param name="value">Its value.</param>
    public async Task WriteAsync<TComponent>(HttpContext context, int status, string? coding, string parameter, object value)
        where TComponent : IComponent
    {
        using var page = new MemoryStream();
        await using (var renderer = new HtmlRenderer(Services.None, loggers))
        {
            await renderer.Dispatcher.InvokeAsync(async () =>
            {
                var root = await renderer.RenderComponentAsync<TComponent>(ParameterView.FromDictionary(new Dictionary<string, object?> { [parameter] = value }));

                // Piece by piece: a page is nowhere whole but in the form in which it travels.
                await using var writer = new StreamWriter(coding is null ? page : ContentCoding.Into(page, coding, CompressionLevel.Optimal), Utf8, PieceSize, leaveOpen: coding is null);
                root.WriteHtmlTo(writer);
            });
        }

        var response = context.Response;
        (response.StatusCode, response.ContentType, response.ContentLength) = (status, "text/html; charset=utf-8", page.Length);
        if (coding is not null)
            response.Headers.ContentEncoding = coding;
        await response.Body.WriteAsync(page.GetBuffer().AsMemory(0, (int)page.Length), context.RequestAborted);
    }

    private sealed class Services : IServiceProvider
    {
        public static readonly Services None = new();

        public object? GetService(Type serviceType) => null;
    }
}
