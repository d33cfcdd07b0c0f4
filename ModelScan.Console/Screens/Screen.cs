using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using ModelScan.WebConsole.Api;

namespace ModelScan.WebConsole.Screens;

/// <summary>One view of the console's: asks the gateway, and says what to show.</summary>
internal interface IScreen
{
    /// <summary>Answers a request for it.</summary>
    Task<Screen> ShowAsync(ScreenRequest request);
}

/// <summary>What is asked of a screen.</summary>
/// <param name="Context">The request.</param>
/// <param name="Api">The gateway.</param>
/// <param name="Token">What stands in every form.</param>
/// <param name="Path">What stands behind the screen's own name in the address.</param>
/// <param name="Form">What was sent; <see langword="null"/> where a page is asked for.</param>
internal sealed record ScreenRequest(HttpContext Context, GatewayApi Api, string Token, IReadOnlyList<string> Path, IFormCollection? Form)
{
    /// <summary>A value of the form, else of the address; empty where there is none.</summary>
    public string this[string name] => Form is not null && Form.TryGetValue(name, out var sent) ? sent.ToString() : Context.Request.Query[name].ToString();

    /// <summary>Scheme, host and port by which the browser reaches the gateway.</summary>
    public string Address => $"{Context.Request.Scheme}://{Context.Request.Host}";
}

/// <summary>What a screen shows.</summary>
/// <param name="Title">Its title.</param>
/// <param name="Section">The entry of the navigation that it belongs to.</param>
/// <param name="Body">What stands between navigation and end.</param>
internal sealed record Screen(string Title, string Section, RenderFragment Body)
{
    /// <summary>The HTTP status.</summary>
    public int Status { get; init; } = StatusCodes.Status200OK;

    /// <summary>Whether a secret stands in it, which is then not to be learnt from the page's length.</summary>
    public bool TellsSecret { get; init; }

    /// <summary>Where to go on instead; <see langword="null"/> to show this.</summary>
    public string? Elsewhere { get; init; }

    /// <summary>A screen that is one component.</summary>
    /// <param name="title">Its title.</param>
    /// <param name="section">The entry of the navigation.</param>
    /// <param name="model">What the component shows: its parameter <c>Model</c>.</param>
    public static Screen Of<TView, TModel>(string title, string section, TModel model)
        where TView : IComponent
        where TModel : notnull => new(title, section, Fragment<TView, TModel>(model));

    /// <summary>A screen that leads elsewhere.</summary>
    public static Screen To(string address) => new("", "", static _ => { }) { Elsewhere = address };

    /// <summary>A component with its model.</summary>
    public static RenderFragment Fragment<TView, TModel>(TModel model)
        where TView : IComponent
        where TModel : notnull => builder =>
        {
            builder.OpenComponent<TView>(0);
            builder.AddMultipleAttributes(1, [new KeyValuePair<string, object>("Model", model)]);
            builder.CloseComponent();
        };
}
