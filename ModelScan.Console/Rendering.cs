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
    public async Task WriteAsync<TComponent>(HttpContext context, int status, string parameter, object value)
        where TComponent : IComponent
    {
        var html = await ToHtmlAsync<TComponent>(parameter, value);
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/html; charset=utf-8";
        await context.Response.WriteAsync(html, Encoding.UTF8, context.RequestAborted);
    }

    private sealed class Services : IServiceProvider
    {
        public static readonly Services None = new();

        public object? GetService(Type serviceType) => null;
    }
}
